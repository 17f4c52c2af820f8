/** Puts text on the clipboard. @returns false when the browser does not allow it (a page over plain HTTP from another computer) */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
