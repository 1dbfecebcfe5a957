"""The dashboard in the browser: server, pages and the components they share."""
