/**
 * The fatal TLS alert `unrecognized_name` in the clear, as a server sends before keys are agreed: clients then say more
 * than "connection reset".
 */
export const UNRECOGNIZED_NAME: Buffer = Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 112]);
