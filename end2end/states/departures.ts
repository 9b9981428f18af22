// Leaving: what is asked, in a dialog and on a page, and the receipts.

import type { Page } from '@playwright/test';
import type { App } from '../app.mjs';
import type { State } from '../states.ts';
import { connected, leave, neverSend, order, press, withoutRecords, type Order } from './ways.ts';

/** A receipt, after a creator went that way. */
const receipt = (name: string, go: (page: Page, app: App) => Promise<void>, orders: Order[] = []): State => ({
    name: `receipt-${name}`,
    arrange: async (stage) => {
        const app = await connected(stage);
        await order(app, orders);
        await go(stage.page, app);
        await stage.page.waitForURL(`${app.origin}/disconnected`);
    },
});

const erase = (page: Page, app: App) => leave(page, app, 'erase');

async function deleteEverything(page: Page, app: App) {
    await page.goto(`${app.origin}/disconnect`);
    await press(page, 'delete_everything');
    await page.waitForURL(`${app.origin}/disconnected`);
}

/** The page for leaving, once the creator has left. */
const afterwards = (name: string, profile: 'erase' | 'keep'): State => ({
    name: `leaving-${name}`,
    arrange: async (stage) => {
        const app = await connected(stage);
        await leave(stage.page, app, profile);
        await stage.page.goto(`${app.origin}/disconnect`);
    },
});

async function openDialog(page: Page) {
    await page.locator('[aria-haspopup="dialog"]').click();
    await page.locator('dialog[open]').waitFor();
}

export const departures: State[] = [
    {
        name: 'leaving-dialog',
        arrange: async (stage) => void (await connected(stage)),
        act: openDialog,
    },
    {
        name: 'leaving-dialog-pending',
        arrange: async (stage) => void (await connected(stage)),
        act: async (page) => {
            await neverSend(page);
            await openDialog(page);
            await press(page, 'disconnect');
            await page.locator('dialog [aria-busy="true"]').waitFor();
        },
    },
    {
        name: 'leaving',
        arrange: async (stage) => {
            const app = await connected(stage);
            await stage.page.goto(`${app.origin}/disconnect`);
        },
    },
    withoutRecords('leaving-without-records', '/disconnect'),
    afterwards('after-keeping', 'keep'),
    afterwards('after-erasing', 'erase'),

    receipt('erased', erase),
    receipt('kept', (page, app) => leave(page, app, 'keep')),
    receipt('erased-later', async (page, app) => {
        await leave(page, app, 'keep');
        await page.goto(`${app.origin}/disconnect`);
        await press(page, 'disconnect');
    }),
    receipt('deleted', deleteEverything),
    receipt('deleted-when-nothing-was-connected', async (page, app) => {
        await leave(page, app, 'erase');
        await deleteEverything(page, app);
    }),
    receipt('tiktok-not-told-yet', erase, [['revoke', { status: 503 }]]),
    withoutRecords('receipt-without-records', '/disconnected'),
];
