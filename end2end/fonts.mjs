// Fonts for reference pictures and for the README's pictures: the same on every machine.

/** Debian's `fonts-liberation`, which `make setup` installs. */
const [text, code] = ['Liberation Sans', 'Liberation Mono'];

/**
 * Sets the page in these fonts, in place of the system's default fonts.
 * @param {import('@playwright/test').Page} page
 */
export async function setReferenceFonts(page) {
    await page.evaluate(
        ([text, code]) => {
            document.body.style.fontFamily = `"${text}"`;
            document.querySelectorAll('code').forEach((element) => (element.style.fontFamily = `"${code}"`));
        },
        [text, code],
    );
    const unexpected = (await fontsOf(page, 'h1')).filter((font) => font !== text);
    if (unexpected.length > 0) {
        throw new Error(`Text is set in ${unexpected.join(', ')}: pictures need ${text}. Install the package fonts-liberation.`);
    }
}

/** The fonts with which the browser renders an element. */
async function fontsOf(page, selector) {
    const session = await page.context().newCDPSession(page);
    await session.send('DOM.enable');
    await session.send('CSS.enable');
    const { root } = await session.send('DOM.getDocument', { depth: 0 });
    const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector });
    const { fonts } = await session.send('CSS.getPlatformFontsForNode', { nodeId });
    await session.detach();
    return fonts.map(({ familyName }) => familyName);
}
