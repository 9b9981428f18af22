// What a reader wishes of their system: forced colours, and less motion.

import type { Page } from '@playwright/test';
import { connect } from '../flows.ts';
import { expect, test } from '../test.ts';

async function eachPage(page: Page, look: (path: string) => Promise<void>) {
    for (const path of ['/', '/privacy', '/no/such/page', '/webhook', '/profile']) {
        await page.goto(path);
        await look(path);
    }
}

test('in forced colours every button has an edge and every icon a line', async ({ page, app, watch }) => {
    [400, 404].forEach((status) => watch.expectStatus(status));
    await connect(page, app);
    await page.emulateMedia({ forcedColors: 'active' });
    await eachPage(page, async (path) => {
        const faint = await page.evaluate(() => {
            const shown = (element: Element) => element.checkVisibility();
            const clear = (colour: string) => /rgba\(.*, 0\)|transparent/.test(colour);
            const ground = getComputedStyle(document.body).backgroundColor;
            const edge = ({ borderTopColor, borderTopStyle }: CSSStyleDeclaration) =>
                borderTopStyle !== 'none' && !clear(borderTopColor) && borderTopColor !== ground;
            const line = ({ stroke }: CSSStyleDeclaration) => stroke !== 'none' && !clear(stroke) && stroke !== ground;
            const faults = (selector: string, holds: (style: CSSStyleDeclaration) => boolean) =>
                [...document.querySelectorAll(selector)]
                    .filter((element) => shown(element) && !holds(getComputedStyle(element)))
                    .map((element) => `${selector}: ${element.textContent || element.outerHTML.slice(0, 80)}`);
            return [
                ...faults('.button, .panel, .chips li', edge),
                ...faults('.icon, .mark', line),
            ];
        });
        expect(faint, path).toEqual([]);
    });
});

test('in forced colours the focus is seen', async ({ page }) => {
    await page.emulateMedia({ forcedColors: 'active' });
    await page.goto('/');
    for (let stop = 0; stop < 8; stop++) {
        await page.keyboard.press('Tab');
        const style = await page.evaluate(() => {
            const { outlineStyle, outlineColor } = getComputedStyle(document.activeElement!);
            return { outlineStyle, hidden: outlineColor === getComputedStyle(document.body).backgroundColor };
        });
        expect(style).toEqual({ outlineStyle: 'solid', hidden: false });
    }
});

test('who wants less motion gets none', async ({ page, app, watch }) => {
    [400, 404].forEach((status) => watch.expectStatus(status));
    await connect(page, app);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await eachPage(page, async (path) => {
        const moving = await page.evaluate(() =>
            [...document.querySelectorAll('*')].flatMap((element) =>
                [null, '::before', '::after'].flatMap((part) => {
                    const { transitionDuration, transitionProperty, animationName } = getComputedStyle(element, part);
                    const glides = transitionProperty !== 'none' && /[1-9]/.test(transitionDuration);
                    return glides || animationName !== 'none' ? [element.outerHTML.slice(0, 80)] : [];
                }),
            ),
        );
        expect(moving, path).toEqual([]);
    });
});

test('who wants motion gets little', async ({ page, app }) => {
    await connect(page, app);
    await page.waitForLoadState();
    const longest = await page.evaluate(() => {
        const durations = [...document.querySelectorAll('*')].flatMap((element) =>
            getComputedStyle(element).transitionDuration.split(',').map(parseFloat),
        );
        return Math.max(...durations);
    });
    expect(longest).toBeGreaterThan(0);
    expect(longest).toBeLessThanOrEqual(0.2);
});
