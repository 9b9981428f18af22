(() => {
  const { origins, failure } = document.currentScript.dataset;
  if (!window.opener) return;
  const message = { source: 'creator-connect', type: failure ? 'failed' : 'connected' };
  if (failure) message.failure = failure;
  for (const origin of origins.split(' ')) window.opener.postMessage(message, origin);
  window.close();
})()
