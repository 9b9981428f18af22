// Preferences of the operating system: forced colours and reduced motion.

import type { Page } from '@playwright/test';
import { signIn } from '../flows.ts';
import { expect, test } from '../test.ts';

async function eachPage(page: Page, examine: (path: string) => Promise<void>) {
    for (const path of ['/', '/privacy', '/no/such/page', '/webhook', '/profile']) {
        await page.goto(path);
        await examine(path);
    }
}

test('forced colours keep borders and icon strokes', async ({ page, app, monitor }) => {
    [400, 404].forEach((status) => monitor.expectStatus(status));
    await signIn(page, app);
    await page.emulateMedia({ forcedColors: 'active' });
    await eachPage(page, async (path) => {
        const invisible = await page.evaluate(() => {
            const shown = (element: Element) => element.checkVisibility();
            const isTransparent = (colour: string) => /rgba\(.*, 0\)|transparent/.test(colour);
            const background = getComputedStyle(document.body).backgroundColor;
            const hasBorder = ({ borderTopColor, borderTopStyle }: CSSStyleDeclaration) =>
                borderTopStyle !== 'none' && !isTransparent(borderTopColor) && borderTopColor !== background;
            const hasStroke = ({ stroke }: CSSStyleDeclaration) => stroke !== 'none' && !isTransparent(stroke) && stroke !== background;
            const faults = (selector: string, holds: (style: CSSStyleDeclaration) => boolean) =>
                [...document.querySelectorAll(selector)]
                    .filter((element) => shown(element) && !holds(getComputedStyle(element)))
                    .map((element) => `${selector}: ${element.textContent || element.outerHTML.slice(0, 80)}`);
            return [
                ...faults('.button, .panel, .chips li', hasBorder),
                ...faults('.icon, .mark', hasStroke),
            ];
        });
        expect(invisible, path).toEqual([]);
    });
});

test('forced colours keep the focus visible', async ({ page }) => {
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

test('reduced motion disables all motion', async ({ page, app, monitor }) => {
    [400, 404].forEach((status) => monitor.expectStatus(status));
    await signIn(page, app);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await eachPage(page, async (path) => {
        const moving = await page.evaluate(() =>
            [...document.querySelectorAll('*')].flatMap((element) =>
                [null, '::before', '::after'].flatMap((part) => {
                    const { transitionDuration, transitionProperty, animationName } = getComputedStyle(element, part);
                    const hasTransition = transitionProperty !== 'none' && /[1-9]/.test(transitionDuration);
                    return hasTransition || animationName !== 'none' ? [element.outerHTML.slice(0, 80)] : [];
                }),
            ),
        );
        expect(moving, path).toEqual([]);
    });
});

test('transitions take at most 200 ms', async ({ page, app }) => {
    await signIn(page, app);
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
