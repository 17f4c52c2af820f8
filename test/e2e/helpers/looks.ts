// What every picture of the console is looked at for: serious findings of axe, and access keys.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

interface Finding { readonly id: string; readonly impact: string | null; readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[] }

interface Axe { readonly axe: { run(root: Document, options: object): Promise<{ violations: Finding[] }> } }

/** Serious and critical findings of axe in the page as it is now. */
export async function findingsOf(page: Page): Promise<string[]> {
  // By evaluation, not by a script tag: the page's own content security policy lets no other script in.
  if (!await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(axe);
  const violations = await page.evaluate(() => (globalThis as unknown as Axe).axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations));
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} | ${failureSummary ?? ''}`));
}

/** Letters of what is visible in the topmost dialog: by the page's own rule, over the page's own elements. */
export async function accessLettersOf(page: Page): Promise<string[]> {
  await page.keyboard.down('Alt');
  const letters = await page.evaluate(() => [...(CSS.highlights.get('access-keys') ?? [])].flatMap((range) => (range instanceof Range ? [range.toString().toLowerCase()] : [])));
  await page.keyboard.up('Alt');
  return letters;
}
