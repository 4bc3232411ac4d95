/**
 * What happens to a room in Redis, each in one atomic step. A room is one hash: a field for each seat, and two of its
 * own. Nothing else belongs to it, so it lies on one node of a cluster and ends as a whole, at the latest by its
 * expiry.
 *
 * A seat is JSON: `f` the folded name, `s` the socket, `h` whether that holds it, `u` until when that is so (its process
 * renews it) or, where it is only reserved, until when it is; `o` whether it takes open offers, `p` the peer as it is
 * listed. All times are Redis's own: the clocks of the processes need not agree.
 *
 * Every script begins with PRELUDE and ends with `finish`, and so is where a process that died is found out: what it has
 * not renewed is reserved from the moment on at which it should have been, and free at the end of its grace period.
 */
const PRELUDE = `
local key = KEYS[1]
local graceMs, leaseMs, patient = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3] == '1'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local seats, count, lost, changed = {}, 0, {}, false
local capacity, version = 0, ''

local function save(id, seat)
  seats[id] = seat
  redis.call('HSET', key, id, cjson.encode(seat))
end
local function free(id)
  seats[id] = nil
  count = count - 1
  changed = true
  redis.call('HDEL', key, id)
end

local fields = redis.call('HGETALL', key)
for i = 1, #fields, 2 do
  if fields[i] == '#capacity' then capacity = tonumber(fields[i + 1])
  elseif fields[i] == '#version' then version = fields[i + 1]
  else
    seats[fields[i]] = cjson.decode(fields[i + 1])
    count = count + 1
  end
end
local over = {}
for id, seat in pairs(seats) do
  if seat.h and seat.u <= now then
    seat.h = false
    seat.u = seat.u + graceMs
    redis.call('HSET', key, id, cjson.encode(seat))
  end
  if not seat.h and seat.u <= now and not patient then over[#over + 1] = id end
end
for _, id in ipairs(over) do
  free(id)
  lost[#lost + 1] = id
end

-- Who else has this name; how many others there are, and when the first reserved seat among them is free.
local function others(me, folded)
  local holder, number, first = nil, 0, -1
  for id, seat in pairs(seats) do
    if id ~= me then
      number = number + 1
      if seat.f == folded then holder = seat end
      if not seat.h and (first < 0 or seat.u - now < first) then first = seat.u - now end
    end
  end
  return holder, number, first
end

-- Says who is lost, when the next grace period ends, and what the room is like now.
local function finish()
  if count == 0 then
    redis.call('DEL', key)
    return {lost, -1, ''}
  end
  if changed then
    version = time[1] .. '.' .. time[2]
    redis.call('HSET', key, '#version', version, '#capacity', capacity)
  end
  local last, next = 0, -1
  for _, seat in pairs(seats) do
    local untilMs = seat.u
    if seat.h then untilMs = untilMs + graceMs
    elseif next < 0 or seat.u - now < next then next = math.max(0, seat.u - now) end
    if untilMs > last then last = untilMs end
  end
  redis.call('PEXPIREAT', key, math.max(last, now) + 1000)
  return {lost, next, version}
end
`;

/** ARGV from 4: id, folded, socket, capacity, open, listed. */
export const ADMIT = `${PRELUDE}
local id, folded, socket = ARGV[4], ARGV[5], ARGV[6]
local holder, number, first = others(id, folded)
if holder then return {finish(), 'name-taken', holder.h and -1 or holder.u - now} end
if number == 0 and not seats[id] then capacity = tonumber(ARGV[7]) end
if number >= capacity then return {finish(), 'room-full', first} end
local replaced = seats[id] and seats[id].s or ''
if replaced == socket then replaced = '' end
if not seats[id] then count = count + 1 end
changed = true
save(id, {f = folded, s = socket, h = true, u = now + leaseMs, o = ARGV[8] == '1', p = ARGV[9]})
local listed, openTo = {}, ''
for other, seat in pairs(seats) do
  if other ~= id then
    listed[#listed + 1] = seat.p
    if number == 1 and seat.h and seat.o then openTo = seat.s end
  end
end
return {finish(), 'admitted', capacity, replaced, openTo, listed}
`;

/**
 * ARGV 4: the version of which the whole list is wanted; then for each socket here: id, folded, socket, capacity, open,
 * listed. A seat that is gone (Redis has lost it, or was away for too long) is taken again.
 */
export const RENEW = `${PRELUDE}
local fates = {}
for i = 5, #ARGV, 6 do
  local id, folded, socket = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local seat = seats[id]
  if seat and seat.s == socket then
    seat.h, seat.u = true, now + leaseMs
    save(id, seat)
    fates[#fates + 1] = 'kept'
  elseif seat then
    fates[#fates + 1] = 'replaced'
  else
    local holder, number = others(id, folded)
    if number == 0 then capacity = tonumber(ARGV[i + 3]) end
    if holder or number >= capacity then
      fates[#fates + 1] = 'refused'
    else
      count = count + 1
      changed = true
      save(id, {f = folded, s = socket, h = true, u = now + leaseMs, o = ARGV[i + 4] == '1', p = ARGV[i + 5]})
      fates[#fates + 1] = 'kept'
    end
  end
end
local all, ended = {}, finish()
if ended[3] == ARGV[4] then
  for _, seat in pairs(seats) do all[#all + 1] = seat.p end
end
return {ended, fates, all}
`;

/** ARGV from 4: id, socket. */
export const LEAVE = `${PRELUDE}
local seat = seats[ARGV[4]]
local held = seat and seat.s == ARGV[5]
if held then free(ARGV[4]) end
return {finish(), held and 1 or 0}
`;

/** ARGV from 4: id, socket. */
export const VANISH = `${PRELUDE}
local seat = seats[ARGV[4]]
local held = seat and seat.s == ARGV[5]
if held then
  seat.h, seat.s, seat.u = false, '', now + graceMs
  save(ARGV[4], seat)
end
return {finish(), held and 1 or 0}
`;

/** ARGV 1: id. The socket that holds the seat at this moment and how the peer is listed, or nothing. */
export const FIND = `
local value = redis.call('HGET', KEYS[1], ARGV[1])
if not value then return {} end
local seat, time = cjson.decode(value), redis.call('TIME')
if not seat.h or seat.u <= time[1] * 1000 + math.floor(time[2] / 1000) then return {} end
return {seat.s, seat.p, seat.o and 1 or 0}
`;
