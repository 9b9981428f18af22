// Draws the pictures of public/ from the app's logo: icons, and the preview of a shared link.
// They contain no text: the app's name is a setting, and fonts differ between machines.

import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { launchOptions } from './chromium.mjs';

const publicFolder = new URL('../public/', import.meta.url);

const light = { background: '#f6f4ef', accent: '#0b5c74', line: '#dfdad0' };
const arc = 'M22.4 9.6a9 9 0 1 0 0 12.8';

/** The logo: an open ring and the point that closes it, on a grid of 32 with a margin of 4.6. */
const logo = (colour) =>
    `<path fill="none" stroke="${colour}" stroke-width="4" stroke-linecap="round" d="${arc}"/>` +
    `<circle fill="${colour}" cx="25" cy="16" r="3.2"/>`;

/** The logo alone, for a browser tab: it follows the system's theme. */
const tab =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><style>.a{stroke:#0b5c74}.b{fill:#0b5c74}' +
    '@media(prefers-color-scheme:dark){.a{stroke:#7ccbe2}.b{fill:#7ccbe2}}</style>' +
    `<path class="a" fill="none" stroke-width="4" stroke-linecap="round" d="${arc}"/>` +
    '<circle class="b" cx="25" cy="16" r="3.2"/></svg>\n';

/** The logo on a background. `share` is its part of the width; its own box is 24 wide and 23 high. */
function tile(size, share, background) {
    const scale = (size * share) / 24;
    const [x, y] = [(size - 24 * scale) / 2 - 4.6 * scale, (size - 23 * scale) / 2 - 4.5 * scale];
    const backdrop = background ? `<rect width="${size}" height="${size}" fill="${background}"/>` : '';
    const placed = `<g transform="translate(${x} ${y}) scale(${scale})">${logo(light.accent)}</g>`;
    return svg(size, size, backdrop + placed);
}

/** The preview of a shared link: the logo, and around it rings that are open as well. */
function preview() {
    const [width, height] = [1200, 630];
    const [x, y, unit] = [520, height / 2, 17];
    const rings = [15, 21, 27, 33, 39, 45].map((radius, index) => {
        const [opening, reach] = [0.62 - index * 0.05, radius * unit];
        const [dx, dy] = [reach * Math.cos(opening), reach * Math.sin(opening)];
        const colour = `stroke="${light.line}" stroke-width="${Math.max(2, 9 - index * 1.4)}"`;
        const points = `<circle cx="${x + reach}" cy="${y}" r="${Math.max(5, 17 - index * 2.4)}" fill="${light.line}"/>`;
        const ring = `M${x + dx} ${y - dy}A${reach} ${reach} 0 1 0 ${x + dx} ${y + dy}`;
        return `<path fill="none" stroke-linecap="round" ${colour} d="${ring}"/>${points}`;
    });
    const placed = `<g transform="translate(${x - 16 * unit} ${y - 16 * unit}) scale(${unit})">${logo(light.accent)}</g>`;
    return svg(width, height, `<rect width="${width}" height="${height}" fill="${light.background}"/>${rings.join('')}${placed}`);
}

function svg(width, height, content) {
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${content}</svg>`;
}

/** Renders a drawing as a PNG with a transparent background. */
async function png(page, drawing) {
    await page.setContent(`<style>*{margin:0}svg{display:block}</style>${drawing}`);
    return page.locator('svg').screenshot({ omitBackground: true });
}

/** Builds an ICO file from PNGs, a format that browsers read since 2008. */
function ico(pictures) {
    const head = Buffer.alloc(6 + 16 * pictures.length);
    head.writeUInt16LE(1, 2);
    head.writeUInt16LE(pictures.length, 4);
    let offset = head.length;
    pictures.forEach(({ size, bytes }, index) => {
        const at = 6 + 16 * index;
        head.writeUInt8(size, at);
        head.writeUInt8(size, at + 1);
        head.writeUInt16LE(1, at + 4);
        head.writeUInt16LE(32, at + 6);
        head.writeUInt32LE(bytes.length, at + 8);
        head.writeUInt32LE(offset, at + 12);
        offset += bytes.length;
    });
    return Buffer.concat([head, ...pictures.map(({ bytes }) => bytes)]);
}

const browser = await chromium.launch(launchOptions());
try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 630 } });
    const save = async (name, bytes) => {
        await writeFile(new URL(name, publicFolder), bytes);
        console.log(`${bytes.length.toString().padStart(7)} B  ${fileURLToPath(new URL(name, publicFolder))}`);
    };
    await save('favicon.svg', Buffer.from(tab));
    const small = [];
    for (const size of [16, 32]) small.push({ size, bytes: await png(page, tile(size, 0.94)) });
    await save('favicon.ico', ico(small));
    await save('apple-touch-icon.png', await png(page, tile(180, 0.62, light.background)));
    await save('icon-192.png', await png(page, tile(192, 0.86)));
    await save('icon-512.png', await png(page, tile(512, 0.86)));
    // A system may crop everything outside the middle four fifths.
    await save('icon-maskable.png', await png(page, tile(512, 0.5, light.background)));
    await save('social.png', await png(page, preview()));
} finally {
    await browser.close();
}
