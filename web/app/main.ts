/**
 * The page: everything it shows comes from the service it was served by. This part is small, so that what every view needs
 * is on its way, and the head of the page painted, before the browser reads the rest.
 */
import { askAhead } from "./data/answers.ts";
import { chosenTheme } from "./data/chosen-theme.ts";
import "./style.css";

askAhead("GET /indices", {});
askAhead("GET /api/v1/health", {});
import("./shell/start.tsx").catch(() => {
  const note = document.createElement("p");
  note.className = "nothing";
  note.textContent = "The rest of this page did not come. Load it again.";
  document.getElementById("app")!.append(note);
});

const theme = chosenTheme();
if (theme !== undefined) document.documentElement.dataset.theme = theme;
