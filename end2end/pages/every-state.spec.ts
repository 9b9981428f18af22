// Every page in every state, in both languages and from right to left, in both themes, from the smallest
// phone to a wide screen: axe-core finds nothing, nothing scrolls sideways, a finger hits every control.
//
// With SCREENSHOTS set, each leaves a picture in end2end/screenshots: <state>-<width>-<theme>-<language>.png

import type { Page } from '@playwright/test';
import { faults, themeRules } from '../axe.ts';
import { expect, languages, overflow, settled, test, type Spoken } from '../stage.ts';
import { states, type Stage, type State } from '../states.ts';
import { smallTargets } from '../targets.ts';

/** A phone and a desktop: the layout has one breakpoint between them. */
const examined = [390, 1280];
/** `make screenshots` takes pictures, for people to look at; no test compares them. */
const takesPictures = Boolean(process.env.SCREENSHOTS);
const widths = takesPictures ? [360, 390, 768, 1280] : examined;

for (const state of states) {
    test(state.name, async ({ stage, page, speak }) => {
        // The simulated TikTok is no page of ours: it is pictured, because people will see it in a demo.
        const spoken = languages.filter((language) => language !== 'rtl' || !state.foreign);
        for (const language of spoken) {
            await speak(language);
            await page.setViewportSize({ width: 390, height: 844 });
            await lead(state, stage, language === spoken[0]);
            if (!state.foreign) await expectRoom(page, language);
            await look(page, state, language);
        }
    });
}

/** Arranges the state, or loads its page again where that is enough. */
async function lead(state: State, stage: Stage, first: boolean) {
    if (first || state.once) await state.arrange(stage);
    else await stage.page.reload();
    await settled(stage.page);
    await state.act?.(stage.page);
}

/**
 * Examines the page in each theme and width. A second theme changes colours alone, so that the rules about these are
 * enough there; right to left there is one theme.
 */
async function look(page: Page, state: State, language: Spoken) {
    const mirrored = language === 'rtl';
    // What lies behind an open dialog is another state.
    const fullPage = (await page.locator('dialog[open]').count()) === 0;
    for (const theme of mirrored ? (['light'] as const) : (['light', 'dark'] as const)) {
        await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
        for (const width of mirrored ? examined : widths) {
            await page.setViewportSize({ width, height: 844 });
            const where = `${width}-${theme}-${language}`;
            if (!state.foreign && examined.includes(width)) {
                expect.soft(await faults(page, theme === 'dark' ? themeRules : undefined), where).toEqual([]);
            }
            if (takesPictures) {
                const path = `screenshots/${state.name}-${where}.png`;
                await page.screenshot({ path, fullPage, animations: 'disabled' });
            }
        }
    }
}

/** Nothing is cut off on a narrow screen, nor where text is twice as large, and every control is large enough. */
async function expectRoom(page: Page, language: Spoken) {
    const places = [
        { width: 320, rem: '', what: 'on the smallest phone' },
        { width: 640, rem: '', what: 'at 200 % zoom' },
        { width: 390, rem: '200%', what: 'with text twice as large' },
    ];
    for (const { width, rem, what } of places) {
        await page.setViewportSize({ width, height: 640 });
        await page.evaluate((size) => (document.documentElement.style.fontSize = size), rem);
        expect.soft(await overflow(page), `${language}: pixels beyond the edge ${what}`).toBe(0);
    }
    await page.evaluate(() => (document.documentElement.style.fontSize = ''));
    await page.setViewportSize({ width: 360, height: 640 });
    expect.soft(await smallTargets(page), `${language}: controls of less than 44 px`).toEqual([]);
}

test('the checks see what they are there for', async ({ page, stage }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto((await stage.start()).origin);
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
