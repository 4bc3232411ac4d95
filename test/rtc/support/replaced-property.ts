/** With a property of the page replaced; what it was comes back. */
export async function withProperty<T>(
  target: object,
  key: string,
  value: unknown,
  work: () => Promise<T>,
): Promise<T> {
  const own = Object.getOwnPropertyDescriptor(target, key);
  Object.defineProperty(target, key, { configurable: true, writable: true, value });
  try {
    return await work();
  } finally {
    if (own) Object.defineProperty(target, key, own);
    else Reflect.deleteProperty(target, key);
  }
}
