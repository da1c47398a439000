/*
 * What runs inside each Redis master, whole or not at all. KEYS[1] is the lock (the holder's secret, with an expiry),
 * KEYS[2] the register of the token ("<token>:<holder>"), KEYS[3] since when this master counts (milliseconds of its
 * own clock).
 */

/** Registers are kept for so long after their last use: by then the time itself is far above any token in them. */
const REGISTER_MS = 30 * 24 * 3_600_000;

const NOW = `local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000)`;
const READ = `
local token, owner = 0, ''
local stored = redis.call('GET', KEYS[2])
if stored then token, owner = string.match(stored, '^(%d+):(.*)$'); token = tonumber(token) end`;

/** What {@link ACQUIRE} gives where a master has no memory, and where it has lost it and does not count yet. */
export const NEW = -1;
export const NOT_YET = -2;

/** ARGV: holder, ttl. Gives the raised token; 0: somebody else holds it; {@link NEW}, {@link NOT_YET}. */
export const ACQUIRE = `${NOW}
local since = redis.call('GET', KEYS[3])
if not since then return ${NEW} end
if now < tonumber(since) then return ${NOT_YET} end
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
${READ}
token = math.max(token + 1, now)
redis.call('SET', KEYS[2], string.format('%.0f', token) .. ':' .. ARGV[1], 'PX', ${REGISTER_MS})
return token`;

/** ARGV: holder, token. 1: the register has it and the lock is held; 0: not. A token never falls, nor has two owners. */
export const CONFIRM = `${READ}
local mine = tonumber(ARGV[2])
if token > mine or (token == mine and owner ~= ARGV[1]) then return 0 end
redis.call('SET', KEYS[2], ARGV[2] .. ':' .. ARGV[1], 'PX', ${REGISTER_MS})
if redis.call('GET', KEYS[1]) == ARGV[1] then return 1 end
return 0`;

/** ARGV: holder, ttl. 1: extended. */
export const EXTEND = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

/** ARGV: holder. 1: released. */
export const RELEASE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`;

/** ARGV: milliseconds from now until this master, which has no memory, counts. */
export const BEGIN = `${NOW}
redis.call('SET', KEYS[3], string.format('%.0f', now + tonumber(ARGV[1])), 'NX')
return 1`;
