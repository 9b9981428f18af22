// What a person does on the way in, step by step.

import { expect, type Page } from '@playwright/test';
import type { App } from './app.mjs';
import { texts, type Language } from './texts.ts';

export type Consent = {
    /** One of the simulator's creators. */
    creator?: string;
    /** The scopes to untick. */
    without?: string[];
    decision?: 'approve' | 'deny';
};

/** Opens the login page and follows "Continue with TikTok" to the consent page. */
export async function goToTikTok(page: Page, app: App, language: Language = 'en') {
    await page.goto('/');
    await page.getByRole('link', { name: texts[language].login.proceed }).click();
    await atTikTok(page, app);
}

/** Waits for the consent page. */
export async function atTikTok(page: Page, app: App) {
    await expect(page).toHaveURL((url) => url.origin === app.tiktok);
}

/** Decides on the consent page; TikTok then sends the browser back. */
export async function decide(page: Page, { creator = 'public', without = [], decision = 'approve' }: Consent = {}) {
    await page.locator(`input[name="creator"][value="${creator}"]`).check();
    for (const scope of without) {
        await page.locator(`input[name="scope"][value="${scope}"]`).uncheck();
    }
    await page.locator(`button[name="decision"][value="${decision}"]`).click();
}

/** The whole way to the profile. */
export async function connect(page: Page, app: App, consent: Consent = {}, language: Language = 'en') {
    await goToTikTok(page, app, language);
    await decide(page, consent);
    await atProfile(page, app);
}

export async function atProfile(page: Page, app: App) {
    // Without script a choice of the theme leads back to its switch.
    await expect(page).toHaveURL((url) => url.origin === app.origin && url.pathname === '/profile');
}

/** Waits until the islands of the profile work: the last of them shows its button. */
export async function awake(page: Page) {
    await expect(page.locator('button[data-copy]')).toBeVisible();
}

/** The value beside a name in one of the profile's lists. */
export function fact(page: Page, name: string) {
    const term = page.locator('dt').filter({ hasText: new RegExp(`^${name}$`) });
    return page.locator('dl > div').filter({ has: term }).locator('dd');
}

/** A panel of the profile, by its heading. */
export function panel(page: Page, heading: string) {
    return page.getByRole('region', { name: heading, exact: true });
}

/** TikTok's page on which a creator sees which apps they let in. */
export async function manageApps(page: Page, app: App) {
    await page.goto(`${app.tiktok}/simulator/apps`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Manage apps');
}

/** The app has taken the event that TikTok just sent. */
export async function taken(page: Page, name: string) {
    await expect(page.getByRole('status')).toHaveText(`Sent: ${name} · the app answered 200`);
}

/** Opens the profile until it says so: an event is answered first and handled then. */
export async function profileComesToSay(page: Page, app: App, says: (page: Page) => Promise<void>) {
    await expect(async () => {
        await page.goto(`${app.origin}/profile`);
        await atProfile(page, app);
        await says(page);
    }).toPass();
}

/** The page does not scroll sideways. */
export async function expectNoOverflow(page: Page) {
    await page.waitForLoadState();
    const overflow = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return scrollWidth - clientWidth;
    });
    expect(overflow, 'pixels beyond the right edge').toBe(0);
}

/** The next callback that the browser is sent to, with its code and state. */
export async function callbackOf(page: Page, app: App, act: () => Promise<void>) {
    const came = page.waitForRequest((request) => request.url().startsWith(`${app.origin}/webhook?`));
    await act();
    return (await came).url();
}
