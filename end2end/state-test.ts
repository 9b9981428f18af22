// The `test` of the page states: apps to start, a language to choose, and layout measurements.

import { test as base, expect, type Page } from '@playwright/test';
import { AppPool } from './app-pool.ts';
import type { App } from './app.mjs';
import type { Setup } from './states.ts';

/** `rtl` is a pseudo-locale: longer than English, and from right to left. Only its cookie selects it. */
const cookies = { en: 'en', fr: 'fr', de: 'de', es: 'es', pt: 'pt-BR', rtl: 'ar-XB' } as const;
export type PageLanguage = keyof typeof cookies;

/** Pictures are taken in every language. Of those that are written from left to right, German has the longest words. */
export const languages: PageLanguage[] = process.env.SCREENSHOTS ? ['en', 'fr', 'de', 'es', 'pt', 'rtl'] : ['en', 'fr', 'de', 'rtl'];

/** Nothing listens on port 1, so the store is always unavailable. */
const storeUnavailable = { STORE: 'supabase', SUPABASE_URL: 'http://127.0.0.1:1', SUPABASE_KEY: 'sb_secret_none' };

/** A name of the maximum length, with one word that is too wide to share a line. */
const longOperatorName = {
    OPERATOR_NAME: 'Studio Épée et Associés, Donaudampfschifffahrtsgesellschaftskapitänsbüro Nordost',
    OPERATOR_URL: 'https://studio.example/',
    OPERATOR_CONTACT: 'help@studio.example',
};

/** The pseudo-locale is only available in debug mode. */
const DEBUG = { DEBUG: 'true' };

type Fixtures = { setLanguage: (language: PageLanguage) => Promise<void>; setup: Setup };

export const test = base.extend<Fixtures, { apps: AppPool }>({
    apps: [
        async ({}, use) => {
            const apps = new AppPool();
            await use(apps);
            await apps.close();
        },
        { scope: 'worker' },
    ],
    setup: async ({ page, apps }, use) => {
        const taken: App[] = [];
        const scriptErrors: string[] = [];
        page.on('pageerror', (error) => scriptErrors.push(String(error)));
        const start: Setup['start'] = async (kind) => {
            // Without a store, an app keeps no state.
            if (kind === 'store-unavailable') return apps.share({ env: { ...DEBUG, ...storeUnavailable }, health: 503 });
            if (kind === 'long-operator-name') return apps.share({ env: { ...DEBUG, ...longOperatorName } });
            const app = await apps.take({ env: DEBUG });
            taken.push(app);
            return app;
        };
        await use({ page, start });
        taken.forEach((app) => apps.release(app));
        expect(scriptErrors, 'script errors').toEqual([]);
    },
    setLanguage: async ({ context }, use) =>
        use(async (language) => {
            // Cookies are shared between ports, so this applies to every app of the test.
            await context.addCookies([{ name: 'lang', value: cookies[language], url: 'https://localhost' }]);
        }),
});

/** How far the page can be scrolled horizontally, in pixels. */
export function overflow(page: Page) {
    return page.evaluate(() => {
        const distance = (root: Element) => {
            root.scrollLeft = getComputedStyle(root).direction === 'rtl' ? -9999 : 9999;
            const scrolled = Math.abs(root.scrollLeft);
            root.scrollLeft = 0;
            return Math.max(scrolled, root.scrollWidth - root.clientWidth);
        };
        const dialog = document.querySelector('dialog[open]');
        return Math.max(distance(document.documentElement), dialog ? distance(dialog) : 0);
    });
}

/** Waits until the files and fonts of the page are loaded, and its islands hydrated where it has any. */
export async function pageComplete(page: Page) {
    const islands = await page.locator('script[type="module"]').count();
    await page.waitForLoadState(islands > 0 ? 'networkidle' : 'load');
    await page.evaluate(() => document.fonts.ready);
}

export { expect };
