// Access keys, as Windows has them: hold Alt, one letter of each label is underlined, and Alt with that letter goes there.
// Labels mark themselves with `data-access`; letters are given out over what is visible, so they are unique in any language.
// A label may ask for its letter: data-access="a". Used by Dialog; the menu bar has its own letters, written in its labels.

export interface AccessKey {
  readonly key: string;
  readonly element: HTMLElement;
  /** Place of the letter in the element's text, -1: the asked letter does not occur in it. */
  readonly position: number;
}

const isLetter = (char: string) => /^[\p{L}\p{N}]$/u.test(char);

/** Positions of the letters of a label, best first: starts of words, then the rest. */
function candidates(text: string): number[] {
  const starts: number[] = [];
  const rest: number[] = [];
  for (let index = 0; index < text.length; index++) {
    if (!isLetter(text.charAt(index))) continue;
    (index === 0 || !isLetter(text.charAt(index - 1)) ? starts : rest).push(index);
  }
  return [...starts, ...rest];
}

/**
 * Gives each label a letter no other has.
 *
 * @param labels text, and the letter asked for ('' = any), in the order in which they stand
 * @returns the place of each label's letter, null when none was left
 */
export function giveLetters(labels: readonly { readonly text: string; readonly wanted: string }[]): (number | null)[] {
  const taken = new Set(labels.map((label) => label.wanted.toLowerCase()).filter((key) => key !== ''));
  return labels.map(({ text, wanted }) => {
    if (wanted !== '') return text.toLowerCase().indexOf(wanted.toLowerCase());
    const place = candidates(text).find((index) => !taken.has(text.charAt(index).toLowerCase()));
    if (place === undefined) return null;
    taken.add(text.charAt(place).toLowerCase());
    return place;
  });
}

/** The access keys of what is visible inside `root` now. */
export function accessKeys(root: HTMLElement): AccessKey[] {
  const elements = [...root.querySelectorAll<HTMLElement>('[data-access]')]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }) && element.closest('[data-disabled],[aria-disabled="true"]') === null);
  const letters = giveLetters(elements.map((element) => ({ text: element.textContent, wanted: element.dataset['access'] ?? '' })));
  return elements.flatMap((element, index) => {
    const position = letters[index];
    if (position === null || position === undefined) return [];
    const key = position < 0 ? element.dataset['access'] ?? '' : element.textContent.charAt(position);
    return [{ key: key.toLowerCase(), element, position }];
  });
}

/** Underlines the letters (CSS custom highlights: no change to the page's elements), or takes the underlines away. */
export function underline(keys: readonly AccessKey[]): void {
  if (keys.length === 0) {
    CSS.highlights.delete('access-keys');
    return;
  }
  const ranges = keys.flatMap(({ element, position }) => letterRange(element, position) ?? []);
  CSS.highlights.set('access-keys', new Highlight(...ranges));
}

function letterRange(element: HTMLElement, position: number): Range | null {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let left = position;
  for (let node = walker.nextNode(); node !== null && left >= 0; node = walker.nextNode()) {
    const length = (node.nodeValue ?? '').length;
    if (left < length) {
      const range = document.createRange();
      range.setStart(node, left);
      range.setEnd(node, left + 1);
      return range;
    }
    left -= length;
  }
  return null;
}

/** Goes where the label leads: presses a button, toggles a check box, chooses a radio button, focuses a field. */
export function activate(element: HTMLElement): void {
  const host = element.closest<HTMLElement>('button, label:has(input), [data-field]') ?? element;
  if (host instanceof HTMLButtonElement) {
    host.focus();
    host.click();
    return;
  }
  const control = host.querySelector<HTMLElement>('input:not([type="hidden"]):not([tabindex="-1"]), textarea, [role="radio"], button:not([tabindex="-1"]), [tabindex="0"]');
  if (control === null) return;
  control.focus();
  if (control instanceof HTMLInputElement && (control.type === 'checkbox' || control.type === 'radio')) control.click();
  else if (control instanceof HTMLInputElement) control.select();
}
