"""The script that Streamlit runs for every visitor and every change."""

if __name__ == "__main__":  # a worker process reads this file too, under another name, and must not draw pages
    from pages import site

    site.show()
