import { defineScript } from '@redis/client';

/*
 * The atomic steps of the protocol, as scripts that Redis runs. A guard is a hash. It has the `token` and the `deadline`
 * of the lease, and a field `mark:<mark>` with the time of each mark. A guard without marks expires; one with marks does
 * not.
 */

const NOW = `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

/** KEYS: value, guard, alive. ARGV: token, length of the lease in ms, 1 for a refresh and 0 otherwise. */
export const ACQUIRE = script(`
if redis.call('EXISTS', KEYS[3]) == 0 then return {'dead'} end
if ARGV[3] == '0' then
  local value = redis.call('GET', KEYS[1])
  if value then return {'value', value} end
end
${NOW}
local marks, deadline = {'marked'}, 0
local guard = redis.call('HGETALL', KEYS[2])
for i = 1, #guard, 2 do
  if guard[i] == 'deadline' then
    deadline = tonumber(guard[i + 1])
  elseif string.sub(guard[i], 1, 5) == 'mark:' then
    marks[#marks + 1] = string.sub(guard[i], 6)
    marks[#marks + 1] = tostring(now - tonumber(guard[i + 1]))
  end
end
if #marks > 1 then return marks end
if deadline > now then return {'wait', tostring(deadline - now)} end
redis.call('HSET', KEYS[2], 'token', ARGV[1], 'deadline', string.format('%d', now + ARGV[2]))
redis.call('PEXPIRE', KEYS[2], ARGV[2] * 3)
return {'lease'}`);

/** KEYS: value, guard, alive. ARGV: token, text, time to live in ms. Returns 1 if the text was stored. */
export const FILL = script(`
if redis.call('EXISTS', KEYS[3]) == 0 or redis.call('HGET', KEYS[2], 'token') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('HDEL', KEYS[2], 'token', 'deadline')
return 1`);

/**
 * ARGV: the mark, the text before the names of values, the same for guards, then the keys. A batch of taps has thousands of keys: two
 * whole names for each would take longer than what is done with them.
 */
const NAMES = `
local values, guards = {}, {}
for i = 4, #ARGV do
  values[i - 3] = ARGV[2] .. ARGV[i]
  guards[i - 3] = ARGV[3] .. ARGV[i]
end`;

/**
 * KEYS: alive, which tells a cluster the slot. ARGV: as for NAMES. It begins with a deletion, because a full Redis
 * refuses no command of a script that has already written. A guard with a lease has nothing else, so it is removed with its time to live.
 */
export const MARK = script(`
${NAMES}
redis.call('DEL', unpack(values))
${NOW}
local field, at = 'mark:' .. ARGV[1], string.format('%d', now)
for i = 1, #guards do
  redis.call('HDEL', guards[i], 'token', 'deadline')
  redis.call('HSET', guards[i], field, at)
end
return 1`);

/** KEYS and ARGV: as for MARK. */
export const RELEASE = script(`
${NAMES}
redis.call('DEL', unpack(values))
local field = 'mark:' .. ARGV[1]
for i = 1, #guards do redis.call('HDEL', guards[i], 'token', 'deadline', field) end
return 1`);

/** KEYS: value, guard, value, guard, … Returns how many values there were. */
export const DROP = script(`
local dropped = 0
for i = 1, #KEYS, 2 do
  dropped = dropped + redis.call('DEL', KEYS[i])
  redis.call('HDEL', KEYS[i + 1], 'token', 'deadline')
end
return dropped`);

/** A script that the server knows by its digest once it has run it. */
export type Script = ReturnType<
  typeof defineScript<{ SCRIPT: string; transformArguments: (...args: string[]) => string[] }>
>;

export function script(SCRIPT: string): Script {
  return defineScript({ SCRIPT, transformArguments: (...args: string[]) => args });
}
