// Every page in every state, in several languages and from right to left, in both themes, from the smallest phone to a
// wide screen: no violation found by axe-core, no horizontal scrolling, no tap target under 44 px.
//
// With SCREENSHOTS set, each writes a picture in end2end/screenshots: <state>-<width>-<theme>-<language>.png

import type { Page } from '@playwright/test';
import { axeViolations, themeRules } from '../axe.ts';
import { expect, languages, overflow, pageComplete, test, type PageLanguage } from '../state-test.ts';
import { states, type Setup, type State } from '../states.ts';
import { smallTapTargets } from '../tap-targets.ts';

/** A phone and a desktop: the layout has one breakpoint between them. */
const examined = [390, 1280];
/** `make screenshots` takes pictures, for people to look at; no test compares them. */
const takesPictures = Boolean(process.env.SCREENSHOTS);
const widths = takesPictures ? [360, 390, 768, 1280] : examined;

for (const state of states) {
    test(state.name, async ({ setup, page, setLanguage }) => {
        // A page of the simulated TikTok is not examined, but pictured, because people see it in a demo.
        const stateLanguages = languages.filter((language) => language !== 'rtl' || !state.foreign);
        for (const language of stateLanguages) {
            await setLanguage(language);
            await page.setViewportSize({ width: 390, height: 844 });
            await arrangeState(state, setup, language === stateLanguages[0]);
            if (!state.foreign) await expectLayoutFits(page, language);
            await examine(page, state, language);
        }
    });
}

/** Arranges the state, or reloads its page where that is enough. */
async function arrangeState(state: State, setup: Setup, first: boolean) {
    if (first || state.once) await state.arrange(setup);
    else await setup.page.reload();
    await pageComplete(setup.page);
    await state.act?.(setup.page);
}

/**
 * Runs axe-core in each theme and width. The second theme changes colours alone, so that the rules about these are
 * enough there; from right to left there is one theme.
 */
async function examine(page: Page, state: State, language: PageLanguage) {
    const isRtl = language === 'rtl';
    // The page behind an open dialog is another state.
    const fullPage = (await page.locator('dialog[open]').count()) === 0;
    for (const theme of isRtl ? (['light'] as const) : (['light', 'dark'] as const)) {
        await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
        for (const width of isRtl ? examined : widths) {
            await page.setViewportSize({ width, height: 844 });
            const where = `${width}-${theme}-${language}`;
            if (!state.foreign && examined.includes(width)) {
                expect.soft(await axeViolations(page, theme === 'dark' ? themeRules : undefined), where).toEqual([]);
            }
            if (takesPictures) {
                const path = `screenshots/${state.name}-${where}.png`;
                await page.screenshot({ path, fullPage, animations: 'disabled' });
            }
        }
    }
}

/** Asserts that the page fits narrow screens and doubled text, and that every tap target is large enough. */
async function expectLayoutFits(page: Page, language: PageLanguage) {
    const layouts = [
        { width: 320, rem: '', name: 'on the smallest phone' },
        { width: 640, rem: '', name: 'at 200 % zoom' },
        { width: 390, rem: '200%', name: 'with text twice as large' },
    ];
    for (const { width, rem, name } of layouts) {
        await page.setViewportSize({ width, height: 640 });
        await page.evaluate((size) => (document.documentElement.style.fontSize = size), rem);
        expect.soft(await overflow(page), `${language}: pixels beyond the edge ${name}`).toBe(0);
    }
    await page.evaluate(() => (document.documentElement.style.fontSize = ''));
    await page.setViewportSize({ width: 360, height: 640 });
    expect.soft(await smallTapTargets(page), `${language}: controls of less than 44 px`).toEqual([]);
}

test('checks report each kind of violation', async ({ page, setup }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto((await setup.start()).origin);
    await page.evaluate(() => {
        const main = document.querySelector('main')!;
        main.append(new Image(), Object.assign(document.createElement('button'), { textContent: 'x', id: 'tiny' }));
        const wide = document.createElement('div');
        wide.style.cssText = 'inline-size: 500px; block-size: 1px';
        main.append(wide);
    });
    expect(await overflow(page)).toBeGreaterThan(0);
    expect(await smallTapTargets(page)).toEqual([expect.stringMatching(/^x: /)]);
    expect(await axeViolations(page)).toEqual([expect.stringMatching(/^image-alt/)]);
});
