"""GET ``state``: a notebook's step, its project's stages and its run, by etag."""

from __future__ import annotations

from .handler import Handler


class StateHandler(Handler):
    # The page asks by itself; that is no sign of a person.
    _track_activity = False

    async def get(self) -> None:
        path = self.argument("path")
        root = self.context.root
        found = await self.work(lambda: root.notebook(path))
        state = await self.context.projects.state(found)
        etag = f'"{state.rev}"'
        self.set_header("ETag", etag)
        if etag in self._known_etags():
            self.set_status(304)
            self.finish()
            return
        self.reply(state)

    def _known_etags(self) -> list[str]:
        text = self.request.headers.get("If-None-Match", "")
        return [part.strip().removeprefix("W/") for part in text.split(",")]
