/**
 * The envd that this API behaves as. The SDKs switch on by it: a default user (0.4.0), closing stdin (0.5.2), uploads as
 * octet-stream (0.5.7), metadata of files (0.6.2), entries in watch events (0.6.3).
 */
export const ENVD_VERSION = '0.6.13';
