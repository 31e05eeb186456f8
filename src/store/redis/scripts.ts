/**
 * What the store does in one step, as Lua that runs in Redis (https://redis.io/docs/latest/develop/programmability/).
 * A collection is spread over the keys that `keysOf` in keys.ts lists, in their order:
 *
 * - R, a hash: by its key each record as `version \n facts \n record`, both of the latter as JSON; a version is
 *   never used again, also where Redis has forgotten what was written last;
 * - O, a sorted set: the keys by their positions in the order of insertion;
 * - X, a hash: by index and value the key of the record that has it;
 * - G and E, sorted sets in the order of their bytes: of each group and value, and of each ending, the position
 *   and the key;
 * - F, a sorted set: the keys by the moments from which on nobody needs the records;
 * - D, a sorted set: the keys of what is dispensable, by their positions;
 * - N, a counter: the positions;
 * - V, a counter for the whole generation: what was written. How long it has to live is the generation's lease, and
 *   its name is the channel in which those who wait are told of a write. Beside it is V:told for a moment after a
 *   message, which has no other use and the same hash tag.
 *
 * The facts say what of X, G, E, F and D belongs to a record, so that Redis can take it out of them.
 */

/** Those who wait are told of writes that follow each other within so many milliseconds by one message. */
export const TELLING_INTERVAL = 20;

/** How a position stands in the members of G and E. */
const DIGITS = `
local function digits(position) return string.format('%016.0f', position) end
`;

/** What the scripts that write have in common; they get all keys. */
const WRITING = `${DIGITS}
local R, O, X, G, E, F, D, N, V = unpack(KEYS)

local function parts(stored)
  local first = string.find(stored, '\\n', 1, true)
  local second = string.find(stored, '\\n', first + 1, true)
  return string.sub(stored, 1, first - 1), string.sub(stored, first + 1, second - 1)
end

local function enter(key, position, facts)
  local place = digits(position) .. key
  for _, field in ipairs(facts.x) do redis.call('HSET', X, field, key) end
  for _, group in ipairs(facts.g) do redis.call('ZADD', G, 0, group .. place) end
  for _, moment in ipairs(facts.e) do redis.call('ZADD', E, 0, moment .. place) end
  if facts.f then redis.call('ZADD', F, facts.f, key) end
  if facts.d then redis.call('ZADD', D, position, key) end
end

local function leave(key, position, facts)
  local place = digits(position) .. key
  for _, field in ipairs(facts.x) do redis.call('HDEL', X, field) end
  for _, group in ipairs(facts.g) do redis.call('ZREM', G, group .. place) end
  for _, moment in ipairs(facts.e) do redis.call('ZREM', E, moment .. place) end
  if facts.f then redis.call('ZREM', F, key) end
  if facts.d then redis.call('ZREM', D, key) end
end

local function add(key, version, rest, facts)
  local position = redis.call('INCR', N)
  redis.call('HSET', R, key, version .. '\\n' .. rest)
  redis.call('ZADD', O, position, key)
  enter(key, position, facts)
end

local function remove(key, stored)
  local _, facts = parts(stored)
  leave(key, tonumber(redis.call('ZSCORE', O, key)), cjson.decode(facts))
  redis.call('HDEL', R, key)
  redis.call('ZREM', O, key)
end

local function wrote()
  redis.call('INCR', V)
  local lease = redis.call('PTTL', V)
  if lease > 0 then
    for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, lease) end
  end
  if redis.call('SET', V .. ':told', '', 'PX', ${TELLING_INTERVAL}, 'NX') then
    redis.pcall('PUBLISH', V, '')
  end
end

local function factsOf(rest)
  return cjson.decode(string.sub(rest, 1, string.find(rest, '\\n', 1, true) - 1))
end

local function taken(key, facts)
  if redis.call('HEXISTS', R, key) == 1 then return { 'taken', 'key', key } end
  for _, field in ipairs(facts.x) do
    if redis.call('HEXISTS', X, field) == 1 then return { 'taken', 'index', field } end
  end
end

-- At most so many go, so that Redis is not kept busy where many more are there.
local function makeRoom(bound, most)
  local dropped = {}
  while #dropped < most and redis.call('HLEN', R) >= bound do
    local oldest = redis.call('ZRANGE', D, 0, 0)[1] or redis.call('ZRANGE', O, 0, 0)[1]
    if not oldest then break end
    local stored = redis.call('HGET', R, oldest)
    remove(oldest, stored)
    table.insert(dropped, stored)
  end
  return dropped
end
`;

/** What the scripts that read a page have in common. KEYS: what it is read from, and R. */
const READING = `${DIGITS}
local function records(keys)
  if #keys == 0 then return {} end
  return redis.call('HMGET', KEYS[2], unpack(keys))
end
`;

export interface Script {
  readonly lua: string;
}

function writing(lua: string): Script {
  return { lua: `${WRITING}${lua}` };
}

function reading(lua: string): Script {
  return { lua: `${READING}${lua}` };
}

/**
 * ARGV: the bound; `evict`, `refuse` or `any`; how many records go at most, but one for each; the version; and of each
 * record its key and what is stored behind the version. Each is inserted, or refused, by itself.
 */
export const INSERT = writing(`
local bound, whenFull, most, version = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), ARGV[4]
local gone, isAny = 0, false
local function insert(key, rest)
  local facts = factsOf(rest)
  local refused = taken(key, facts)
  if refused then return refused end
  if whenFull == 'refuse' then
    local count = redis.call('HLEN', R)
    if count >= bound then return { 'full', count } end
  end
  local dropped = whenFull == 'evict' and makeRoom(bound, math.max(1, most - gone)) or {}
  gone = gone + #dropped
  add(key, version, rest, facts)
  isAny = true
  return { 'done', dropped }
end
local outcomes = {}
for i = 5, #ARGV, 2 do table.insert(outcomes, insert(ARGV[i], ARGV[i + 1])) end
if isAny then wrote() end
return outcomes
`);

/** ARGV: likewise; how many records go at most for all of them. All are inserted, or none. */
export const INSERT_ALL = writing(`
local bound, whenFull, most, version = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), ARGV[4]
local facts, fields = {}, {}
for i = 5, #ARGV, 2 do
  local key = ARGV[i]
  if facts[key] then return { 'taken', 'key', key } end
  facts[key] = factsOf(ARGV[i + 1])
  local refused = taken(key, facts[key])
  if refused then return refused end
  for _, field in ipairs(facts[key].x) do
    if fields[field] then return { 'taken', 'index', field } end
    fields[field] = true
  end
end
local dropped = {}
for i = 5, #ARGV, 2 do
  if whenFull == 'evict' then
    for _, stored in ipairs(makeRoom(bound, most - #dropped)) do table.insert(dropped, stored) end
  end
  add(ARGV[i], version, ARGV[i + 1], facts[ARGV[i]])
end
wrote()
return { 'done', dropped }
`);

/**
 * ARGV: the new version, and of each record its key, the version that it was changed from, and what is to be stored
 * behind the new one. Each is changed by itself.
 */
export const REPLACE = writing(`
local isAny = false
local function replace(key, version, rest)
  local stored = redis.call('HGET', R, key)
  if not stored then return { 'gone' } end
  local current, facts = parts(stored)
  if current ~= version then return { 'moved', stored } end
  local before, after = cjson.decode(facts), factsOf(rest)
  for _, field in ipairs(after.x) do
    local holder = redis.call('HGET', X, field)
    if holder and holder ~= key then return { 'taken', field } end
  end
  local position = tonumber(redis.call('ZSCORE', O, key))
  local replaced = ARGV[1] .. '\\n' .. rest
  -- A Redis that is full lets a script write that has removed something: what does not grow is changed there too,
  -- and first.
  if #replaced <= #stored then redis.call('DEL', V .. ':told') end
  leave(key, position, before)
  enter(key, position, after)
  redis.call('HSET', R, key, replaced)
  isAny = true
  return { 'done' }
end
local outcomes = {}
local function each(isGrowing)
  for i = 2, #ARGV, 3 do
    local length = #ARGV[1] + 1 + #ARGV[i + 2]
    if length > redis.call('HSTRLEN', R, ARGV[i]) == isGrowing then
      outcomes[(i + 1) / 3] = replace(ARGV[i], ARGV[i + 1], ARGV[i + 2])
    end
  end
end
each(false)
each(true)
if isAny then wrote() end
return outcomes
`);

/** ARGV: the key, and the version that somebody has said yes to. */
export const TAKE_VERSION = writing(`
local stored = redis.call('HGET', R, ARGV[1])
if not stored then return { 'gone' } end
if parts(stored) ~= ARGV[2] then return { 'moved', stored } end
remove(ARGV[1], stored)
wrote()
return { 'done' }
`);

/** ARGV: keys. */
export const TAKE = writing(`
local taken, isAny = {}, false
for i, key in ipairs(ARGV) do
  local stored = redis.call('HGET', R, key)
  if stored then
    remove(key, stored)
    isAny = true
  end
  taken[i] = stored
end
if isAny then wrote() end
return taken
`);

/** KEYS: X and R. ARGV: the field of X. */
export const FIND: Script = {
  lua: `
local key = redis.call('HGET', KEYS[1], ARGV[1])
return key and redis.call('HGET', KEYS[2], key)
`,
};

/** KEYS: O and R. ARGV: the position behind which the page begins, and how many records it has at most. */
export const LIST = reading(`
local limit = tonumber(ARGV[2])
local found = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, limit + 1)
local keys = {}
for i = 1, math.min(#found, 2 * limit), 2 do table.insert(keys, found[i]) end
return { records(keys), #found > 2 * limit and found[2 * limit] or false }
`);

/**
 * KEYS: G and R. ARGV: what stands before the position, the position behind which the page begins, and how many it
 * has at most.
 */
export const LIST_GROUP = reading(`
local group, limit = ARGV[1], tonumber(ARGV[3])
local first = '(' .. group .. digits(tonumber(ARGV[2])) .. '\\255'
local found = redis.call('ZRANGEBYLEX', KEYS[1], first, '(' .. group .. ':', 'LIMIT', 0, limit + 1)
local keys = {}
for i = 1, math.min(#found, limit) do table.insert(keys, string.sub(found[i], #group + 17)) end
local last = #found > limit and string.sub(found[limit], #group + 1, #group + 16)
return { records(keys), last and string.format('%.0f', tonumber(last)) or false }
`);

/**
 * KEYS: E and R. ARGV: behind which moment the page begins, with or without a position; the last moment; and how many
 * at most.
 */
export const LIST_ENDING = reading(`
local limit = tonumber(ARGV[3])
local first = ARGV[1] == '' and '-' or '(' .. ARGV[1] .. '\\255'
local found = redis.call('ZRANGEBYLEX', KEYS[1], first, '(' .. ARGV[2] .. '\\255', 'LIMIT', 0, limit + 1)
local keys = {}
for i = 1, math.min(#found, limit) do table.insert(keys, string.sub(found[i], 33)) end
return { records(keys), #found > limit and string.sub(found[limit], 1, 32) or false }
`);

/** ARGV: the moment, and how many records go at most. */
export const SWEEP = writing(`
local keys = redis.call('ZRANGEBYSCORE', F, '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, key in ipairs(keys) do remove(key, redis.call('HGET', R, key)) end
if #keys > 0 then wrote() end
return #keys
`);

/** KEYS: the sets F of any number of collections. ARGV: the moment. Gives those in which something is due. */
export const DUE: Script = {
  lua: `
local due = {}
for _, key in ipairs(KEYS) do
  if redis.call('ZCOUNT', key, '-inf', ARGV[1]) > 0 then table.insert(due, key) end
end
return due
`,
};

/** What was inserted before keeps its positions: cursors go on behind it. */
export const CLEAR = writing(`
redis.call('UNLINK', R, O, X, G, E, F, D)
wrote()
`);

/** What a cell's scripts have in common. KEYS: the value, and the counter of its generation. */
const CELL = `
local function put(value)
  redis.call('SET', KEYS[1], value)
  local lease = redis.call('PTTL', KEYS[2])
  if lease > 0 then redis.call('PEXPIRE', KEYS[1], lease) end
end
`;

/** ARGV: the value. */
export const PUT: Script = { lua: `${CELL}put(ARGV[1])` };

/** ARGV: what it was, empty where there was none, and what it becomes. */
export const SWAP: Script = {
  lua: `${CELL}
local current = redis.call('GET', KEYS[1]) or ''
if current ~= ARGV[1] then return current end
put(ARGV[2])
return false
`,
};

/**
 * KEYS: the counter of a generation, and all its other keys. ARGV: for how many milliseconds they outlive those who
 * look after them; 0 for ever. What comes to the generation later goes with its counter.
 */
export const LEASE: Script = {
  lua: `
local lease = tonumber(ARGV[1])
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('SET', KEYS[1], 0) end
for _, key in ipairs(KEYS) do
  if lease > 0 then redis.call('PEXPIRE', key, lease) else redis.call('PERSIST', key) end
end
`,
};

/**
 * KEYS: likewise. ARGV: for how many milliseconds the counter stays, so that what is still written to the generation
 * goes too.
 */
export const DROP: Script = {
  lua: `
redis.call('UNLINK', unpack(KEYS, 2))
redis.call('INCR', KEYS[1])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
`,
};
