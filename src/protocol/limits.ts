/**
 * Every bound of both wires, with its reason. A bound that protects a receiver is checked by the receiver; the sender
 * keeps it so that it is never cut off.
 */

/** The one version of both wires. Another `v` ends in `unsupported-version`. */
export const PROTOCOL_VERSION = 1;

/** UTF-16 units of a room's name: a sentence fits, an index key stays small. */
export const MAX_ROOM_UNITS = 128;
/** UTF-16 units of a person's name: fits one line of a header. */
export const MAX_NAME_UNITS = 64;
/** UTF-16 units of a token: a JWT with a few claims takes 1,000; HTTP servers stop at 8 KiB as well. */
export const MAX_TOKEN_UNITS = 8_192;
/** People in a room: a mesh of n has n·(n−1)/2 connections, and 32 is what a laptop carries as text. */
export const MIN_CAPACITY = 2;
export const MAX_CAPACITY = 32;

/** UTF-8 bytes of a signal: a description with six media lines and all its candidates takes about 20 KiB. */
export const MAX_SIGNAL_BYTES = 65_536;
/** Candidates in one bundle: a machine with ten addresses, four kinds and two components stays below. */
export const MAX_CANDIDATES = 64;
/** UTF-16 units of one candidate line: real ones take 60 to 250. */
export const MAX_CANDIDATE_UNITS = 1_024;
/** Descriptions and epochs are counted; nobody honest gets near this, and it stays an exact number. */
export const MAX_COUNTER = 2 ** 31;

/** UTF-16 units of one text; a batch of one text of only control characters still fits a frame. */
export const MAX_TEXT_UNITS = 16_000;
/** Items under one signature: amortises the signature's 50 to 100 µs to nothing. */
export const MAX_BATCH_ITEMS = 256;
/** UTF-8 bytes of a batch's body: what a receiver commits in one transaction. */
export const MAX_BATCH_BYTES = 131_072;
/** UTF-8 bytes of one frame on `chat`: below Chromium's 256 KiB for a message, with room for the escaped body. */
export const MAX_FRAME_BYTES = 196_608;
/** Authors named in one `have`: as many as a room keeps. */
export const MAX_AUTHORS = 1_024;
/** Features named in one `hello`, and the UTF-16 units of each: a list to compare, not a place to store. */
export const MAX_FEATURES = 64;
export const MAX_FEATURE_UNITS = 32;
/** UTF-16 units of a reason in `bye`. */
export const MAX_REASON_UNITS = 64;

/** A sender has at most this much on a link that `have` has not acknowledged: a channel cannot be read more slowly. */
export const MAX_UNACKNOWLEDGED_BYTES = 1_048_576;
/**
 * UTF-16 units that a sender has ahead of its signature on a link at the most, in as many goes as a batch has items:
 * however much of it is escaped or takes three bytes, one batch holds it.
 */
export const MAX_UNSIGNED_UNITS = 40_960;
/** A link whose received and not yet processed frames pass this is ended: eight times what an honest sender may send. */
export const MAX_UNPROCESSED_BYTES = 8_388_608;

/** Bodies in one answer to `want`, or one batch: what is typed now never stands behind more than that. */
export const MAX_ANSWER_BYTES = 65_536;
/** Of authors whom nobody but one neighbour knows, so many and so much is taken from that one: names cost it nothing. */
export const MAX_PASSED_ON_AUTHORS = 64;
export const MAX_PASSED_ON_BYTES = 4_194_304;

/** Entries a room keeps before the oldest are dropped; a default. */
export const DEFAULT_MAX_ENTRIES = 10_000;
/** Bytes of bodies a room keeps before the oldest are dropped; a default. */
export const DEFAULT_MAX_LOG_BYTES = 67_108_864;

/** What lies further ahead of our clock than this sorts by its arrival and moves no clock. */
export const MAX_CLOCK_AHEAD_MS = 60_000;
