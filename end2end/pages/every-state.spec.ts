// Every page in every state, in both languages and from right to left, in both themes, from the smallest
// phone to a wide screen: axe-core finds nothing, nothing scrolls sideways, a finger hits every control.
//
// Each leaves a picture in end2end/screenshots: <state>-<width>-<theme>-<language>.png

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, languages, overflow, settled, test } from '../stage.ts';
import { states, type State } from '../states.ts';
import { smallTargets } from '../targets.ts';

const widths = [360, 390, 768, 1280];
const themes = ['light', 'dark'] as const;

for (const language of languages) {
    for (const state of states) {
        // The simulated TikTok is no page of ours: it is pictured, because people will see it in a demo.
        const ours = !state.foreign;
        if (language === 'rtl' && !ours) continue;
        test(`${state.name}, ${language}`, async ({ stage, page, speak }) => {
            await speak(language);
            await page.setViewportSize({ width: 390, height: 844 });
            await state.arrange(stage);
            await settled(page);
            if (ours) await expectRoom(page);
            for (const theme of language === 'rtl' ? themes.slice(0, 1) : themes) {
                await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
                for (const width of widths) {
                    await page.setViewportSize({ width, height: 844 });
                    if (ours && [390, 1280].includes(width)) {
                        expect.soft(await faults(page), `${theme}, ${width} px`).toEqual([]);
                    }
                    await picture(page, state, `${width}-${theme}-${language}`);
                }
            }
        });
    }
}

test('the checks see what they are there for', async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto('/');
    await page.evaluate(() => {
        const main = document.querySelector('main')!;
        main.append(new Image(), Object.assign(document.createElement('button'), { textContent: 'x', id: 'tiny' }));
        const wide = document.createElement('div');
        wide.style.cssText = 'inline-size: 500px; block-size: 1px';
        main.append(wide);
    });
    expect(await overflow(page)).toBeGreaterThan(0);
    expect(await smallTargets(page)).toEqual([expect.stringMatching(/^x: /)]);
    expect(await faults(page)).toEqual([expect.stringMatching(/^image-alt/)]);
});

/** Nothing is cut off on a narrow screen, nor where text is twice as large, and every control is large enough. */
async function expectRoom(page: Page) {
    const places = [
        { width: 320, rem: '', what: 'on the smallest phone' },
        { width: 640, rem: '', what: 'at 200 % zoom' },
        { width: 390, rem: '200%', what: 'with text twice as large' },
    ];
    for (const { width, rem, what } of places) {
        await page.setViewportSize({ width, height: 640 });
        await page.evaluate((size) => (document.documentElement.style.fontSize = size), rem);
        expect.soft(await overflow(page), `pixels beyond the edge ${what}`).toBe(0);
    }
    await page.evaluate(() => (document.documentElement.style.fontSize = ''));
    await page.setViewportSize({ width: 360, height: 640 });
    expect.soft(await smallTargets(page), 'controls of less than 44 px').toEqual([]);
}

/** What axe-core finds on the page, each in a line. */
async function faults(page: Page) {
    const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
        .analyze();
    return violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id} (${help}): ${target.join(' ')}: ${failureSummary}`),
    );
}

async function picture(page: Page, state: State, where: string) {
    await page.screenshot({ path: `screenshots/${state.name}-${where}.png`, fullPage: true, animations: 'disabled' });
}
