"""Pictures for pages and files: Mermaid and SVG."""
