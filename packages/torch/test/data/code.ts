/** The `code` of the error that `fn` throws. */
export function codeOf(fn: () => unknown): string {
  try {
    fn();
  } catch (error) {
    return String((error as { code?: unknown }).code ?? error);
  }
  return "nothing thrown";
}
