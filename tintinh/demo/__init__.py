PORT = 8055  # of the demo portal, the same every time, so that a second crawl meets the same addresses
