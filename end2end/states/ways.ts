// How a browser is led into a state. Nothing here goes by the words of a page: they are read in every language.

import { expect, type Page } from '@playwright/test';
import type { App } from '../app.mjs';
import { atProfile, decide, type Consent } from '../flows.ts';
import type { Stage, State } from '../states.ts';

/** A fault to order of the simulated TikTok: at which endpoint, and which. */
export type Order = [endpoint: string, fault: object];

/** So often that the engine's own tries meet it too. */
const EVER = 1000;

/** A page that is there for the asking. */
export const open = (name: string, path: string): State => ({
    name,
    arrange: async ({ page, start }) => void (await page.goto((await start()).origin + path)),
});

/** A page of an app whose records cannot be reached, in a browser that was signed in before. */
export const withoutRecords = (name: string, path: string): State => ({
    name,
    arrange: async ({ page, start }) => {
        const app = await start('adrift');
        const session = { name: '__Host-session', value: 'AAAAAAAAAAAAAAAAAAAAAA', secure: true, path: '/' };
        await page.context().addCookies([{ ...session, domain: 'localhost' }]);
        await page.goto(app.origin + path);
    },
});

export async function order(app: App, orders: Order[]) {
    for (const [endpoint, fault] of orders) await app.order(endpoint, fault, EVER);
}

/** From the app to TikTok and back. */
export async function throughTikTok(page: Page, app: App, consent: Consent = {}, entry = '/oauth') {
    await page.goto(app.origin + entry);
    await decide(page, consent);
}

/** The profile of a creator who has just connected, in an app of their own. */
export async function connected({ page, start }: Stage, consent: Consent = {}, orders: Order[] = [], settings = {}) {
    const app = await start();
    await app.change(settings);
    await order(app, orders);
    await throughTikTok(page, app, consent);
    await atProfile(page, app);
    return app;
}

/** Waits until the connection stands so, as the creator's own data have it, and opens the profile. */
export async function stands(page: Page, app: App, connection: object) {
    const told = async () => (await (await page.request.get(`${app.origin}/account/export`)).json()).connection;
    await expect.poll(told, { timeout: 25_000 }).toMatchObject(connection);
    await page.goto(`${app.origin}/profile`);
}

/** Presses the button of a form on the page that is open. */
export async function press(page: Page, action: string) {
    await page.locator(`form[action$="/api/${action}"]:visible button[type="submit"]`).click();
}

/** Sends a form of the page that is open as a browser without script does: its answer is the next page. */
export async function send(page: Page, action: string) {
    await page.locator(`form[action$="/api/${action}"]`).evaluate((form: HTMLFormElement) => form.submit());
}

/** Lets no form go, so that what it says on the way stays: the browser would be busy with the next page. */
export const neverSend = (page: Page) =>
    page.evaluate(() => addEventListener('submit', (event) => event.preventDefault()));

/** Leaves by the page for it; what is kept is the creator's to say. */
export async function leave(page: Page, app: App, profile: 'erase' | 'keep') {
    await page.goto(`${app.origin}/disconnect`);
    await page.locator(`input[name="profile"][value="${profile}"]`).check();
    await press(page, 'disconnect');
    await page.waitForURL(`${app.origin}/disconnected`);
}
