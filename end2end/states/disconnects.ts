// Disconnecting: the dialog, the page, and the receipts.

import type { Page } from '@playwright/test';
import type { App } from '../app.mjs';
import type { State } from '../states.ts';
import { connected, disconnect, blockFormSubmissions, injectFaults, press, storeUnavailablePage, type InjectedFault } from './steps.ts';

/** The receipt after an action of the creator. */
const receipt = (name: string, act: (page: Page, app: App) => Promise<void>, faults: InjectedFault[] = []): State => ({
    name: `receipt-${name}`,
    arrange: async (setup) => {
        const app = await connected(setup);
        await injectFaults(app, faults);
        await act(setup.page, app);
        await setup.page.waitForURL(`${app.origin}/disconnected`);
    },
});

const disconnectAndErase = (page: Page, app: App) => disconnect(page, app, 'erase');

async function deleteEverything(page: Page, app: App) {
    await page.goto(`${app.origin}/disconnect`);
    await page.locator('#delete summary').click();
    await press(page, 'delete_everything');
    await page.waitForURL(`${app.origin}/disconnected`);
}

/** The disconnect page, after the creator has disconnected. */
const disconnectPageAfter = (name: string, profile: 'erase' | 'keep'): State => ({
    name: `disconnect-${name}`,
    arrange: async (setup) => {
        const app = await connected(setup);
        await disconnect(setup.page, app, profile);
        await setup.page.goto(`${app.origin}/disconnect`);
    },
});

async function openDialog(page: Page) {
    await page.locator('[aria-haspopup="dialog"]').click();
    await page.locator('dialog[open]').waitFor();
}

export const disconnects: State[] = [
    {
        name: 'disconnect-dialog',
        arrange: async (setup) => void (await connected(setup)),
        act: openDialog,
    },
    {
        name: 'disconnect-dialog-pending',
        arrange: async (setup) => void (await connected(setup)),
        act: async (page) => {
            await blockFormSubmissions(page);
            await openDialog(page);
            await press(page, 'disconnect');
            await page.locator('dialog [aria-busy="true"]').waitFor();
        },
    },
    {
        name: 'disconnect',
        arrange: async (setup) => {
            const app = await connected(setup);
            await setup.page.goto(`${app.origin}/disconnect`);
        },
    },
    storeUnavailablePage('disconnect-store-unavailable', '/disconnect'),
    disconnectPageAfter('after-keeping', 'keep'),
    disconnectPageAfter('after-erasing', 'erase'),

    receipt('erased', disconnectAndErase),
    receipt('kept', (page, app) => disconnect(page, app, 'keep')),
    receipt('erased-later', async (page, app) => {
        await disconnect(page, app, 'keep');
        await page.goto(`${app.origin}/disconnect`);
        await press(page, 'disconnect');
    }),
    receipt('deleted', deleteEverything),
    receipt('deleted-when-nothing-was-connected', async (page, app) => {
        await disconnect(page, app, 'erase');
        await deleteEverything(page, app);
    }),
    receipt('revocation-pending', disconnectAndErase, [['revoke', { status: 503 }]]),
    storeUnavailablePage('receipt-store-unavailable', '/disconnected'),
];
