// The `test` of whatever goes over all pages: apps of its own for each test, and a language to choose.

import { test as base, expect, type Page } from '@playwright/test';
import { App } from './app.mjs';
import type { Stage } from './states.ts';

/** The last one is nobody's: longer than English, and from right to left. Only its cookie asks for it. */
export const languages = ['en', 'fr', 'rtl'] as const;
export type Spoken = (typeof languages)[number];

/** Nothing listens on port 1, so these records are never reached. */
const adrift = { STORE: 'supabase', SUPABASE_URL: 'http://127.0.0.1:1', SUPABASE_KEY: 'sb_secret_none' };

/** As long as a name may be, with one word that would not fit beside another. */
const named = {
    OPERATOR_NAME: 'Studio Épée et Associés, Donaudampfschifffahrtsgesellschaftskapitänsbüro Nordost',
    OPERATOR_URL: 'https://studio.example/',
    OPERATOR_CONTACT: 'help@studio.example',
};

export const test = base.extend<{ speak: (language: Spoken) => Promise<void>; stage: Stage }>({
    stage: async ({ page }, use) => {
        const started: App[] = [];
        const broken: string[] = [];
        page.on('pageerror', (error) => broken.push(String(error)));
        const start: Stage['start'] = async (kind) => {
            const env = { DEBUG: 'true', ...(kind && { adrift, named }[kind]) };
            const app = await App.start({ env, health: kind === 'adrift' ? 503 : 200 });
            started.push(app);
            return app;
        };
        await use({ page, start });
        await Promise.all(started.map((app) => app.stop()));
        expect(broken, 'scripts that broke').toEqual([]);
    },
    speak: async ({ context }, use) =>
        use(async (language) => {
            const value = { en: 'en', fr: 'fr', rtl: 'ar-XB' }[language];
            // A cookie does not know ports: every app of this test is asked for the language.
            await context.addCookies([{ name: 'lang', value, url: 'https://localhost' }]);
        }),
});

/** How far the page can be scrolled sideways, in pixels. */
export function overflow(page: Page) {
    return page.evaluate(() => {
        const sideways = (root: Element) => {
            root.scrollLeft = getComputedStyle(root).direction === 'rtl' ? -9999 : 9999;
            const scrolled = Math.abs(root.scrollLeft);
            root.scrollLeft = 0;
            return Math.max(scrolled, root.scrollWidth - root.clientWidth);
        };
        const dialog = document.querySelector('dialog[open]');
        return Math.max(sideways(document.documentElement), dialog ? sideways(dialog) : 0);
    });
}

/** Everything is there that will be: the files of the page, its fonts, and its islands where it has any. */
export async function settled(page: Page) {
    const islands = await page.locator('script[type="module"]').count();
    await page.waitForLoadState(islands > 0 ? 'networkidle' : 'load');
    await page.evaluate(() => document.fonts.ready);
}

export { expect };
