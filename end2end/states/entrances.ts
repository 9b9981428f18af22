// The pages that need no creator: the way in, what is said about it, and addresses that lead nowhere.

import type { State } from '../states.ts';
import { connected, open, press, withoutRecords } from './ways.ts';

export const entrances: State[] = [
    open('login', '/'),
    {
        name: 'login-signed-in',
        arrange: async (stage) => {
            const app = await connected(stage);
            await stage.page.goto(`${app.origin}/`);
        },
    },
    {
        name: 'login-logged-out',
        arrange: async (stage) => {
            const app = await connected(stage);
            await press(stage.page, 'log_out');
            await stage.page.waitForURL(`${app.origin}/#notice`);
        },
    },
    withoutRecords('login-without-records', '/'),
    {
        name: 'login-named',
        arrange: async ({ page, start }) => void (await page.goto((await start('named')).origin)),
    },
    open('privacy', '/privacy'),
    open('terms', '/terms'),
    open('not-found', '/no/such/page'),
    {
        name: 'consent',
        foreign: true,
        arrange: async ({ page, start }) => void (await page.goto(`${(await start()).origin}/oauth`)),
    },
    withoutRecords('drawn-without-records', '/account/export'),
    {
        name: 'drawn-stranger',
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
