// What text looks like here: a picture is compared only with one that was drawn with the same fonts.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';

const drawnWith = new URL('references/fonts.json', import.meta.url);

type Fonts = { fonts: string[]; widths: number[] };

/** The fonts that the browser takes for our pages, and how wide some text is in them. */
export async function fontsOf(page: Page): Promise<Fonts> {
    const session = await page.context().newCDPSession(page);
    await session.send('DOM.enable');
    await session.send('CSS.enable');
    const { root } = await session.send('DOM.getDocument', { depth: 0 });
    const used = new Set<string>();
    for (const selector of ['h1', '.lead', '.site-footer button']) {
        const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector });
        const { fonts } = await session.send('CSS.getPlatformFontsForNode', { nodeId });
        fonts.forEach(({ familyName, postScriptName }) => used.add(`${familyName} (${postScriptName})`));
    }
    await session.detach();
    const widths = await page.evaluate(() =>
        ['400 16px', '650 40px', '600 18px'].map((font) => {
            const brush = document.createElement('canvas').getContext('2d')!;
            brush.font = `${font} ${getComputedStyle(document.body).fontFamily}`;
            return brush.measureText('Connect your TikTok account — Élodie, 12:45 @x_y').width;
        }),
    );
    return { fonts: [...used].sort(), widths };
}

/** Why the references cannot be compared with here; nothing when they can. */
export function whyNot(here: Fonts): string | undefined {
    if (!existsSync(drawnWith)) return 'There are no references yet: `make references` draws them.';
    const there: Fonts = JSON.parse(readFileSync(drawnWith, 'utf8'));
    if (JSON.stringify(here) === JSON.stringify(there)) return undefined;
    return (
        `The references were drawn with other fonts: ${there.fonts.join(', ')}. Here text is set in ` +
        `${here.fonts.join(', ')}. \`make references\` draws references of this machine's own.`
    );
}

/** Notes what the references are drawn with. */
export function note(here: Fonts) {
    writeFileSync(drawnWith, `${JSON.stringify(here, null, 4)}\n`);
}
