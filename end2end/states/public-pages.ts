// The pages that need no creator: login, policies, unknown addresses and the consent page.

import type { State } from '../states.ts';
import { connected, publicPage, press, storeUnavailablePage } from './steps.ts';

export const publicPages: State[] = [
    publicPage('login', '/'),
    {
        name: 'login-signed-in',
        arrange: async (setup) => {
            const app = await connected(setup);
            await setup.page.goto(`${app.origin}/`);
        },
    },
    {
        name: 'login-logged-out',
        arrange: async (setup) => {
            const app = await connected(setup);
            await press(setup.page, 'log_out');
            await setup.page.waitForURL(`${app.origin}/#notice`);
        },
    },
    storeUnavailablePage('login-store-unavailable', '/'),
    publicPage('login-from-profile', '/?from=profile#notice'),
    {
        name: 'login-long-operator-name',
        arrange: async ({ page, start }) => void (await page.goto((await start('long-operator-name')).origin)),
    },
    publicPage('privacy', '/privacy'),
    publicPage('terms', '/terms'),
    publicPage('not-found', '/no/such/page'),
    {
        name: 'consent',
        foreign: true,
        arrange: async ({ page, start }) => void (await page.goto(`${(await start()).origin}/oauth`)),
    },
    storeUnavailablePage('error-page-store-unavailable', '/account/export'),
    {
        name: 'error-page-cross-origin',
        once: true,
        arrange: async ({ page, start }) => {
            const app = await start();
            await page.goto(`${app.tiktok}/simulator`);
            await page.evaluate((action) => {
                const form = Object.assign(document.createElement('form'), { method: 'post', action });
                document.body.append(form);
                form.submit();
            }, `${app.origin}/api/log_out`);
            await page.waitForURL(`${app.origin}/**`);
        },
    },
];
