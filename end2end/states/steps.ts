// Steps that bring a browser into a state. They do not depend on the text of a page, which is in any language.

import { expect, type Page } from '@playwright/test';
import type { App } from '../app.mjs';
import { signIn, submitConsent, type Consent } from '../flows.ts';
import type { Setup, State } from '../states.ts';

/** A fault of the simulated TikTok, and the endpoint that has it. */
export type InjectedFault = [endpoint: string, fault: object];

/** More requests than the app sends in a test, with those of its background refresh. */
const MANY_TIMES = 1000;

/** A page that needs no creator and no preparation. */
export const publicPage = (name: string, path: string): State => ({
    name,
    arrange: async ({ page, start }) => void (await page.goto((await start()).origin + path)),
});

/** A page of an app whose store is unavailable, in a browser with a session cookie. */
export const storeUnavailablePage = (name: string, path: string): State => ({
    name,
    arrange: async ({ page, start }) => {
        const app = await start('store-unavailable');
        const session = { name: '__Host-session', value: 'AAAAAAAAAAAAAAAAAAAAAA', secure: true, path: '/' };
        await page.context().addCookies([{ ...session, domain: 'localhost' }]);
        await page.goto(app.origin + path);
    },
});

export async function injectFaults(app: App, faults: InjectedFault[]) {
    for (const [endpoint, fault] of faults) await app.injectFault(endpoint, fault, MANY_TIMES);
}

/** Logs in through the consent page; where the login ends is up to the caller. */
export async function loginInBrowser(page: Page, app: App, consent: Consent = {}, entry = '/oauth') {
    await page.goto(app.origin + entry);
    await submitConsent(page, consent);
}

/** Opens the profile of a creator who has just connected, in a new app. */
export async function connected({ page, start }: Setup, consent: Consent = {}, faults: InjectedFault[] = [], settings = {}) {
    const app = await start();
    await app.changeSettings(settings);
    await injectFaults(app, faults);
    await signIn(page, app, consent);
    return app;
}

/** Polls the export of the creator's data until the connection matches, and opens the profile. */
export async function waitForConnection(page: Page, app: App, connection: object) {
    const exported = async () => (await (await page.request.get(`${app.origin}/account/export`)).json()).connection;
    await expect.poll(exported, { timeout: 25_000 }).toMatchObject(connection);
    await page.goto(`${app.origin}/profile`);
}

/** Presses the submit button of a form, by the form's action. */
export async function press(page: Page, action: string) {
    await page.locator(`form[action$="/api/${action}"]:visible button[type="submit"]`).click();
}

/** Submits a form without its script: the response is the next page. */
export async function submitWithoutScript(page: Page, action: string) {
    await page.locator(`form[action$="/api/${action}"]`).evaluate((form: HTMLFormElement) => form.submit());
}

/** Prevents navigation by forms, so that their pending state stays on the page. */
export const blockFormSubmissions = (page: Page) =>
    page.evaluate(() => addEventListener('submit', (event) => event.preventDefault()));

/** Disconnects on the page for it, and erases or keeps the profile. */
export async function disconnect(page: Page, app: App, profile: 'erase' | 'keep') {
    await page.goto(`${app.origin}/disconnect`);
    await page.locator(`input[name="profile"][value="${profile}"]`).check();
    await press(page, 'disconnect');
    await page.waitForURL(`${app.origin}/disconnected`);
}
