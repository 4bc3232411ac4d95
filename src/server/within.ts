/** What a question comes to within this time; null when it fails or takes longer. */
export async function within<T>(question: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(resolve, ms, null)));
  // Why it failed, is known to the one who was asked.
  const answer = await Promise.race([question.catch(() => null), late]);
  clearTimeout(timer);
  return answer;
}
