/** A peer's id: the first 22 characters of base64url(SHA-256(its 32 raw public key bytes)). */
export type PeerId = string & { readonly __brand: 'PeerId' };
/** 8 random bytes in base64url, new for each Room object: tells a reload from a reconnect. */
export type InstanceId = string & { readonly __brand: 'InstanceId' };
/** An author of a log: a peer id, or `id/log` (reserved for later use). */
export type AuthorId = string & { readonly __brand: 'AuthorId' };
/** 32 raw Ed25519 public key bytes in base64url. */
export type PublicKeyText = string & { readonly __brand: 'PublicKeyText' };
/** A room's name after normalisation. */
export type RoomName = string & { readonly __brand: 'RoomName' };
/** A person's name after normalisation. */
export type PersonName = string & { readonly __brand: 'PersonName' };
