"""What a page may do to have a browser send something somewhere; `TARGET` is where, and each way ends in a path of its own."""

from __future__ import annotations

# Ways that leave the page where it is: all of them in one page.
WITHIN = {
    "img": "<img src='TARGET/img'>",
    "script": "<script src='TARGET/script'></script>",
    "style": "<link rel='stylesheet' href='TARGET/style'>",
    "style-import": "<style>@import url('TARGET/style-import');</style>",
    "style-background": "<p style=\"background: url('TARGET/style-background')\">Tin</p>",
    "font": "<style>@font-face { font-family: F; src: url('TARGET/font'); }</style><p style='font-family: F'>Tin</p>",
    "prefetch": "<link rel='prefetch' href='TARGET/prefetch'>",
    "preload": "<link rel='preload' as='fetch' crossorigin href='TARGET/preload'>",
    "modulepreload": "<link rel='modulepreload' href='TARGET/modulepreload'>",
    "preconnect": "<link rel='preconnect' href='TARGET/preconnect'><link rel='dns-prefetch' href='TARGET'>",
    "manifest": "<link rel='manifest' href='TARGET/manifest'>",
    "icon": "<link rel='icon' href='TARGET/icon'>",
    "iframe": "<iframe src='TARGET/iframe'></iframe>",
    "iframe-srcdoc": "<iframe srcdoc=\"<img src='TARGET/iframe-srcdoc'>\"></iframe>",
    "object": "<object data='TARGET/object'></object>",
    "embed": "<embed src='TARGET/embed'>",
    "video": "<video src='TARGET/video' preload='auto'></video>",
    "audio": "<audio src='TARGET/audio' preload='auto'></audio>",
    "svg": "<svg><image href='TARGET/svg' width='1' height='1'/></svg>",
    "input": "<input type='image' src='TARGET/input'>",
    "fetch": "<script>fetch('TARGET/fetch').catch(() => 0)</script>",
    "fetch-post": "<script>fetch('TARGET/fetch-post', {method: 'POST', mode: 'no-cors', body: 'x'}).catch(() => 0)</script>",
    "xhr": "<script>const asked = new XMLHttpRequest(); asked.open('GET', 'TARGET/xhr'); asked.send()</script>",
    "beacon": "<script>navigator.sendBeacon('TARGET/beacon', 'x')</script>",
    "events": "<script>new EventSource('TARGET/events')</script>",
    "websocket": "<script>new WebSocket('TARGET/websocket'.replace('http', 'ws'))</script>",
    "worker": "<script>new Worker(URL.createObjectURL(new Blob([\"importScripts('TARGET/worker')\"])))</script>",
    "worker-fetch": "<script>new Worker(URL.createObjectURL(new Blob([\"fetch('TARGET/worker-fetch')\"])))</script>",
    "worker-websocket": "<script>new Worker(URL.createObjectURL(new Blob([\"new WebSocket('TARGET/worker-websocket'.replace('http', 'ws'))\"])))</script>",
    "shared-worker": "<script>new SharedWorker('/shared.js?to=TARGET/shared-worker')</script>",
    "service-worker": "<script>navigator.serviceWorker.register('/service.js?to=TARGET/service-worker').catch(() => 0)</script>",
    "speculation": "<script type='speculationrules'>{\"prerender\": [{\"urls\": [\"TARGET/speculation\"]}], \"prefetch\": [{\"urls\": [\"TARGET/speculation\"]}]}</script>",
    "webtransport": "<script>try { new WebTransport('TARGET/webtransport'.replace('http:', 'https:')) } catch {}</script>",
    "led-img": "<img src='/302?to=TARGET/led-img'>",
    "led-script": "<script src='/307?to=TARGET/led-script'></script>",
    "led-fetch": "<script>fetch('/302?to=TARGET/led-fetch').catch(() => 0)</script>",
    "led-post": "<script>fetch('/307?to=TARGET/led-post', {method: 'POST', mode: 'no-cors', body: 'x'}).catch(() => 0)</script>",
    "led-iframe": "<iframe src='/302?to=TARGET/led-iframe'></iframe>",
    "led-worker": "<script>new Worker('/302?to=TARGET/led-worker').onerror = () => 0</script>",
}  # fmt: skip
# Ways that lead the page, or another window, away: a page each.
AWAY = {
    "location": "<script>location.href = 'TARGET/location'</script>",
    "replace": "<script>location.replace('TARGET/replace')</script>",
    "meta": "<meta http-equiv='refresh' content='0; url=TARGET/meta'>",
    "form-get": "<form action='TARGET/form-get'></form><script>document.forms[0].submit()</script>",
    "form-post": "<form method='post' action='TARGET/form-post'><input name='a' value='1'></form><script>document.forms[0].submit()</script>",
    "form-blank": "<form method='post' target='_blank' action='TARGET/form-blank'></form><script>document.forms[0].submit()</script>",
    "form-frame": "<iframe name='f'></iframe><form method='post' target='f' action='TARGET/form-frame'></form><script>document.forms[0].submit()</script>",
    "open": "<script>window.open('TARGET/open')</script>",
    "open-noopener": "<script>window.open('TARGET/open-noopener', '_blank', 'noopener')</script>",
    "open-led": "<script>window.open('/302?to=TARGET/open-led')</script>",
    "open-twice": "<script>window.open('/mo?to=TARGET/open-twice')</script>",
    "blank": "<a target='_blank' href='TARGET/blank'>Tin</a><script>document.links[0].click()</script>",
    "ping": "<a href='#x' ping='TARGET/ping'>Tin</a><script>document.links[0].click()</script>",
    "led-location": "<script>location.href = '/302?to=TARGET/led-location'</script>",
    "led-form": "<form method='post' action='/307?to=TARGET/led-form'></form><script>document.forms[0].submit()</script>",
    "download": "<a download href='TARGET/download'>Tin</a><script>document.links[0].click()</script>",
}  # fmt: skip
# Scripts of workers, and the page of a pop-up that opens another: served by the portal, `to` says where.
SCRIPTS = {
    "/shared.js": "fetch(new URLSearchParams(location.search).get('to'))",
    "/service.js": "fetch(new URLSearchParams(location.search).get('to'))",
    "/mo": "<script>const to = new URLSearchParams(location.search).get('to'); window.open(to); location.href = to</script>",
}
# Asks a STUN server, by UDP.
STUN = "<script>const link = new RTCPeerConnection({iceServers: [{urls: 'stun:HOST'}]}); link.createDataChannel('x'); link.createOffer().then(offer => link.setLocalDescription(offer))</script>"


def pages(target: str, host: str) -> dict[str, str]:
    """A page with all ways that stay, and one for each that leads away."""
    whole = {"within": "".join(WITHIN.values()) + STUN.replace("HOST", host), **AWAY}
    return {
        name: f"<html><head><title>Tin</title></head><body><p>Tin</p>{body.replace('TARGET', target)}</body></html>"
        for name, body in whole.items()
    }
