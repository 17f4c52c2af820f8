// Makes the icons from their drawings (assets/source): PNG in all sizes, .ico, .icns and the states of the tray. Run by hand after a
// drawing was changed, with a Chromium; the results are kept in the repository.
//
//     npm exec -c 'node scripts/assets.ts'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { icns, ico, type Picture } from './icon-files.ts';

const assets = join(import.meta.dirname, '..', 'assets');
const source = (name: string): string => readFileSync(join(assets, 'source', name), 'utf8');

/** Below this the drawing with fewer lines is clearer. */
const fromBigDrawing = 48;
const iconSizes = [16, 24, 32, 48, 64, 128, 256, 512] as const;
const trayStates = ['idle', 'mail', 'problem'] as const;

function save(name: string, bytes: Uint8Array): void {
  const file = join(assets, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, bytes);
}

/** Runs in the page; as text, because these scripts know no DOM. */
const drawInPage = `async (svg, size) => {
  const image = new Image();
  image.src = 'data:image/svg+xml,' + encodeURIComponent(svg.replace('<svg ', '<svg width="' + size + '" height="' + size + '" '));
  await image.decode();
  const canvas = Object.assign(document.createElement('canvas'), { width: size, height: size });
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0, size, size);
  return { png: canvas.toDataURL('image/png').split(',')[1], rgba: [...context.getImageData(0, 0, size, size).data] };
}`;

async function draw(page: Page, svg: string, size: number): Promise<Picture> {
  const { png, rgba } = await page.evaluate<{ png: string; rgba: number[] }>(`(${drawInPage})(${JSON.stringify(svg)}, ${size})`);
  return { size, png: Buffer.from(png, 'base64'), rgba: Buffer.from(rgba) };
}

const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'] });
try {
  const page = await browser.newPage();
  const [big, small] = [source('icon.svg'), source('tray.svg')];
  const icons = new Map<number, Picture>();
  for (const size of [...iconSizes, 1024]) icons.set(size, await draw(page, size < fromBigDrawing ? small.replace('class="idle"', 'class="mail"') : big, size));
  for (const size of iconSizes) save(`icons/${size}x${size}.png`, icons.get(size)?.png ?? Buffer.alloc(0));
  save('icon.ico', ico([16, 24, 32, 48, 64, 128, 256].flatMap((size) => icons.get(size) ?? [])));
  save('icon.icns', icns(icons));
  for (const state of trayStates) {
    for (const locked of [false, true]) {
      const svg = small.replace('class="idle"', `class="${state}${locked ? ' locked' : ''}"`);
      const pictures: Picture[] = [];
      for (const size of [16, 20, 24, 32, 40, 48]) pictures.push(await draw(page, svg, size));
      const name = `tray/${state}${locked ? '-locked' : ''}`;
      // Linux hosts scale: they get the larger one; macOS and Windows take what fits.
      const at = (size: number): Buffer => pictures.find((picture) => picture.size === size)?.png ?? Buffer.alloc(0);
      save(`${name}.png`, at(24));
      save(`${name}@2x.png`, at(48));
      save(`${name}.ico`, ico(pictures));
    }
  }
} finally {
  await browser.close();
}
