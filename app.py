"""Start the chat page. Settings: `ASSISTANT_*` variables and `assistant.toml`."""

import sys

from assistant import Assistant, AssistantError
from assistant.ui import serve

if __name__ == "__main__":
    try:
        with Assistant.open() as assistant:
            serve(assistant, open_browser=True)
    except AssistantError as error:
        sys.exit(f"app.py: {error}")
