// Steps of a login, and assertions on the profile, shared by the tests.

import { expect, type APIResponse, type Page } from '@playwright/test';
import type { App } from './app.mjs';
import { texts, type Language } from './texts.ts';

export type Consent = {
    /** One of the simulator's creators. */
    creator?: string;
    /** The scopes that the creator does not grant. */
    without?: string[];
    decision?: 'approve' | 'deny';
};

/** Opens the login page and follows "Continue with TikTok" to the consent page. */
export async function openConsentPage(page: Page, app: App, language: Language = 'en') {
    await page.goto('/');
    await page.getByRole('link', { name: texts[language].login.proceed }).click();
    await expectConsentPage(page, app);
}

/** Waits for the consent page of the simulated TikTok. */
export async function expectConsentPage(page: Page, app: App) {
    await expect(page).toHaveURL((url) => url.origin === app.tiktok);
}

/** Submits the consent page; the simulator then redirects the browser to the callback. */
export async function submitConsent(page: Page, { creator = 'public', without = [], decision = 'approve' }: Consent = {}) {
    await page.locator(`input[name="creator"][value="${creator}"]`).check();
    for (const scope of without) {
        await page.locator(`input[name="scope"][value="${scope}"]`).uncheck();
    }
    await page.locator(`button[name="decision"][value="${decision}"]`).click();
}

/** Logs in through the pages, as a person does, and waits for the profile. */
export async function connect(page: Page, app: App, consent: Consent = {}, language: Language = 'en') {
    await openConsentPage(page, app, language);
    await submitConsent(page, consent);
    await expectProfile(page, app);
}

/** Logs in by requests and opens the profile: for tests of what comes after a login. */
export async function signIn(page: Page, app: App, consent: Consent = {}) {
    await loginByRequest(page, app, consent);
    // The first view has the notice of the connection.
    await page.request.get(`${app.origin}/profile`);
    await page.goto(`${app.origin}/profile`);
    await expectProfile(page, app);
}

/** Logs in by HTTP requests that share the cookies of the browser. No page is opened. */
export async function loginByRequest(page: Page, app: App, { creator = 'public', without = [] }: Consent = {}) {
    const authorize = await location(await page.request.get(`${app.origin}/oauth`, { maxRedirects: 0 }));
    const requested = new URL(authorize).searchParams.get('scope')?.split(',') ?? [];
    const scopes = requested.filter((scope) => !without.includes(scope));
    const form = new URLSearchParams([['creator', creator], ['decision', 'approve'], ...scopes.map((scope) => ['scope', scope])]);
    const consent = await page.request.post(authorize, {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        data: form.toString(),
        maxRedirects: 0,
    });
    const callback = await page.request.get(await location(consent), { maxRedirects: 0 });
    expect(await location(callback)).toMatch(/\/profile$/);
}

/** The address to which a response redirects. */
async function location(response: APIResponse) {
    expect(response.status(), response.url()).toBe(303);
    return response.headers().location ?? '';
}

export async function expectProfile(page: Page, app: App) {
    // Without script, choosing a theme adds a fragment to the address.
    await expect(page).toHaveURL((url) => url.origin === app.origin && url.pathname === '/profile');
}

/** Waits until the islands of the profile are hydrated: the last of them shows its button. */
export async function islandsReady(page: Page) {
    await expect(page.locator('button[data-copy]')).not.toHaveAttribute('hidden');
}

/** Waits for the start page, to which a browser without a session is led from the profile. */
export async function expectSignedOut(page: Page, app: App) {
    await expect(page).toHaveURL(`${app.origin}/?from=profile#notice`);
}

/** Opens every closed section of the page. */
export async function openSections(page: Page) {
    await page.evaluate(() => document.querySelectorAll('main details').forEach((section) => section.setAttribute('open', '')));
}

/** The description of a term in one of the profile's description lists. */
export function detail(page: Page, name: string) {
    const term = page.locator('dt').filter({ hasText: new RegExp(`^${name}$`) });
    return page.locator('dl > div').filter({ has: term }).locator('dd');
}

/** A section of the profile, by its heading. */
export function panel(page: Page, heading: string) {
    return page.getByRole('region', { name: heading, exact: true });
}

/** Opens the simulated TikTok's list of connected apps. */
export async function openManageApps(page: Page, app: App) {
    await page.goto(`${app.tiktok}/simulator/apps`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Manage apps');
}

/** Waits until the app has accepted the event that the simulator sent. */
export async function expectEventDelivered(page: Page, name: string) {
    await expect(page.getByRole('status')).toHaveText(`Sent: ${name} · the app answered 200`);
}

/** Reloads the profile until an assertion holds: the app acknowledges an event before it handles it. */
export async function expectProfileEventually(page: Page, app: App, assertion: (page: Page) => Promise<void>) {
    await expect(async () => {
        await page.goto(`${app.origin}/profile`);
        await expectProfile(page, app);
        await assertion(page);
    }).toPass();
}

/** Asserts that the page does not scroll horizontally. */
export async function expectNoOverflow(page: Page) {
    await page.waitForLoadState();
    const overflow = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return scrollWidth - clientWidth;
    });
    expect(overflow, 'pixels beyond the right edge').toBe(0);
}

/** Performs an action and returns the address of the callback to which it leads, with code and state. */
export async function captureCallback(page: Page, app: App, act: () => Promise<void>) {
    const request = page.waitForRequest((candidate) => candidate.url().startsWith(`${app.origin}/webhook?`));
    await act();
    return (await request).url();
}
