"""The look of a panel: one style sheet in the colours of JupyterLab's theme, with fallbacks for other front ends.

Text keeps the theme's own colours, which are readable in both; only badges, borders and tints tell a state by
colour, and a word always says the same.
"""

from __future__ import annotations

CSS = """
.ibnb-setup {
  --ibnb-text: var(--jp-ui-font-color1, #212121);
  --ibnb-muted: color-mix(in srgb, var(--ibnb-text) 74%, var(--ibnb-ground));
  --ibnb-line: var(--jp-border-color2, #e0e0e0);
  --ibnb-ground: var(--jp-layout-color1, #ffffff);
  --ibnb-raised: var(--jp-layout-color2, #f5f5f5);
  --ibnb-good: #2e7d32; --ibnb-care: #b45309; --ibnb-bad: #c62828; --ibnb-act: #1565c0; --ibnb-calm: #757575;
  container-type: inline-size; box-sizing: border-box; width: 100%; max-width: 880px; margin: 4px 0;
  padding: 20px 22px; gap: 14px; overflow: visible !important; color: var(--ibnb-text);
  background: var(--ibnb-ground); border: 1px solid var(--ibnb-line); border-radius: 10px;
  font-family: var(--jp-ui-font-family, system-ui, sans-serif); font-size: 13px; line-height: 1.45;
}
.ibnb-setup .widget-box, .ibnb-setup .jupyter-widget-box { overflow: visible; }
.ibnb-setup .widget-html, .ibnb-setup .jupyter-widget-html { margin: 0; width: 100%; height: auto; }
.ibnb-setup .widget-html-content { line-height: 1.45 !important; min-width: 0; font-size: 13px; }
.ibnb-setup .ibnb-sheet { display: none; }
.ibnb-setup p, .ibnb-setup dl, .ibnb-setup dd { margin: 0; }
.ibnb-setup code { font-family: var(--jp-code-font-family, monospace); font-size: 12px; padding: 1px 5px;
  border-radius: 4px; background: var(--ibnb-raised); color: var(--ibnb-text); }
.ibnb-setup .ibnb-name { font-size: 17px; font-weight: 600; letter-spacing: -.01em; }
.ibnb-setup .ibnb-detail, .ibnb-setup .ibnb-hint, .ibnb-setup .ibnb-muted { color: var(--ibnb-muted); }
.ibnb-setup .ibnb-hint { font-size: 12px; line-height: 1.35; }
.ibnb-setup .ibnb-spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }

/* the form */
.ibnb-setup .ibnb-fields { display: grid; grid-template-columns: 1.2fr 1.9fr 1.3fr 1fr 1.2fr; gap: 12px; }
.ibnb-setup .ibnb-field { min-width: 0; gap: 3px; }
.ibnb-setup .ibnb-field .widget-inline-hbox, .ibnb-setup .ibnb-practice .widget-inline-hbox {
  flex-direction: column; align-items: stretch; gap: 3px; width: 100%; height: auto; margin: 0; }
.ibnb-setup .widget-inline-hbox > .widget-label { width: auto; margin: 0; text-align: left; font-size: 12px;
  font-weight: 600; line-height: 18px; height: 18px; color: var(--ibnb-text); }
.ibnb-setup .widget-inline-hbox > input, .ibnb-setup .widget-inline-hbox > select {
  flex: none !important; box-sizing: border-box; width: 100% !important; height: 32px !important; padding: 0 8px;
  font-size: 13px; color: var(--ibnb-text) !important; background-color: var(--ibnb-ground) !important;
  border: 1px solid color-mix(in srgb, var(--ibnb-text) 45%, var(--ibnb-ground)) !important; border-radius: 6px; }
.ibnb-setup .widget-inline-hbox > select { padding-right: 26px; text-overflow: ellipsis; appearance: none;
  background-image: linear-gradient(45deg, transparent 50%, var(--ibnb-muted) 50%),
    linear-gradient(-45deg, transparent 50%, var(--ibnb-muted) 50%) !important; background-repeat: no-repeat !important;
  background-size: 5px 5px !important; background-position: right 14px center, right 9px center !important; }
.ibnb-setup .ibnb-wrong > input { border-color: var(--ibnb-bad) !important; }
.ibnb-setup .ibnb-hint .ibnb-badge { width: 14px; height: 14px; font-size: 10px; line-height: 14px; }
.ibnb-setup .ibnb-problem { color: var(--ibnb-text); overflow-wrap: anywhere; }

/* buttons */
.ibnb-setup .ibnb-actions { display: flex; flex-flow: row wrap; gap: 8px; align-items: center; }
.ibnb-setup .jupyter-button { width: auto; height: 34px; margin: 0; padding: 0 14px; line-height: 32px; font-size: 13px;
  font-weight: 500; color: var(--ibnb-text); background: var(--ibnb-ground); border-radius: 6px;
  border: 1px solid color-mix(in srgb, var(--ibnb-text) 32%, var(--ibnb-ground)); }
.ibnb-setup .jupyter-button:hover { background: var(--ibnb-raised); box-shadow: none; }
.ibnb-setup .jupyter-button:disabled { opacity: 1; color: var(--ibnb-muted); border-style: dashed; }
.ibnb-setup .jupyter-button.ibnb-primary:not(:disabled) { color: #ffffff; background: var(--ibnb-act);
  border-color: var(--ibnb-act); }
.ibnb-setup .jupyter-button.ibnb-primary:hover:not(:disabled) { background: #0d4f9e; }
.ibnb-setup .jupyter-button.ibnb-pressed { border-color: var(--ibnb-act); box-shadow: inset 0 0 0 1px var(--ibnb-act);
  background: color-mix(in srgb, var(--ibnb-act) 14%, var(--ibnb-ground)); }
.ibnb-setup .jupyter-button.ibnb-aside { margin-left: auto; }
.ibnb-setup :is(button, input, select, textarea, summary, pre):focus-visible {
  outline: 2px solid var(--jp-brand-color1, #1976d2) !important; outline-offset: 2px; }

/* states */
.ibnb-setup :is(.ibnb-is-pass) { --ibnb-tone: var(--ibnb-good); }
.ibnb-setup :is(.ibnb-is-warn) { --ibnb-tone: var(--ibnb-care); }
.ibnb-setup :is(.ibnb-is-fail, .ibnb-is-crash) { --ibnb-tone: var(--ibnb-bad); }
.ibnb-setup :is(.ibnb-is-busy, .ibnb-is-running) { --ibnb-tone: var(--ibnb-act); }
.ibnb-setup :is(.ibnb-is-idle, .ibnb-is-waiting, .ibnb-is-stopped, .ibnb-is-skip) { --ibnb-tone: var(--ibnb-calm); }
.ibnb-setup .ibnb-badge { --ibnb-mark: var(--ibnb-tone, var(--ibnb-bad)); display: inline-block; flex: none;
  width: 20px; height: 20px; border-radius: 50%; color: #ffffff; background: var(--ibnb-mark); font-size: 12px;
  font-weight: 700; line-height: 20px; text-align: center; }
.ibnb-setup .ibnb-badge:is(.ibnb-waiting, .ibnb-stopped, .ibnb-skip, .ibnb-idle) { background: none;
  color: var(--ibnb-muted); box-shadow: inset 0 0 0 1px var(--ibnb-calm); }
.ibnb-setup .ibnb-badge:is(.ibnb-running, .ibnb-busy) { animation: ibnb-pulse 1.2s ease-in-out infinite; }
@keyframes ibnb-pulse { 50% { opacity: .45; } }
@media (prefers-reduced-motion: reduce) { .ibnb-setup .ibnb-badge { animation: none !important; } }

/* the verdict */
.ibnb-setup .ibnb-notice { display: flex; gap: 12px; align-items: flex-start; padding: 12px 14px; border-radius: 8px;
  border-left: 4px solid var(--ibnb-tone); background: color-mix(in srgb, var(--ibnb-tone) 9%, var(--ibnb-ground)); }
.ibnb-setup .ibnb-notice > .ibnb-badge { margin-top: 1px; }
.ibnb-setup .ibnb-notice > div { min-width: 0; overflow-wrap: anywhere; }
.ibnb-setup .ibnb-headline { font-size: 15px; font-weight: 600; line-height: 22px; }
.ibnb-setup .ibnb-pulse { padding: 6px 2px 0; font-size: 12px; min-height: 17px; color: var(--ibnb-muted);
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }

/* the steps */
.ibnb-setup .ibnb-steps { border: 1px solid var(--ibnb-line); border-radius: 8px; overflow: hidden !important; }
.ibnb-setup .ibnb-steps > * + * { border-top: 1px solid var(--ibnb-line); }
.ibnb-setup .ibnb-step { border-left: 3px solid transparent; }
.ibnb-setup .ibnb-step:is(.ibnb-is-fail, .ibnb-is-warn, .ibnb-is-crash) { border-left-color: var(--ibnb-tone); }
.ibnb-setup .ibnb-line { display: grid; grid-template-columns: 20px 62px minmax(110px, 205px) 1fr 52px 14px;
  gap: 4px 10px; align-items: baseline; min-height: 20px; padding: 8px 12px 8px 11px; list-style: none; }
.ibnb-setup .ibnb-line > .ibnb-badge { align-self: start; }
.ibnb-setup summary.ibnb-line { cursor: pointer; }
.ibnb-setup summary.ibnb-line::-webkit-details-marker { display: none; }
.ibnb-setup summary.ibnb-line:hover { background: var(--ibnb-raised); }
.ibnb-setup summary.ibnb-line::after { content: ""; width: 6px; height: 6px; margin: 0 2px 2px; align-self: center;
  border: solid var(--ibnb-muted); border-width: 0 2px 2px 0; transform: rotate(-45deg); }
.ibnb-setup details[open] > summary.ibnb-line::after { transform: rotate(45deg); }
.ibnb-setup .ibnb-fold > summary { border-left: 3px solid transparent; }
.ibnb-setup .ibnb-fold:not([open]) > summary > .ibnb-summary { overflow: hidden; white-space: nowrap;
  text-overflow: ellipsis; color: var(--ibnb-muted); }
.ibnb-setup .ibnb-fold > .ibnb-step { border-top: 1px solid var(--ibnb-line); padding-left: 8px; }
.ibnb-setup .ibnb-title { font-weight: 600; }
.ibnb-setup .ibnb-summary { min-width: 0; overflow-wrap: anywhere; }
.ibnb-setup .ibnb-is-waiting .ibnb-title, .ibnb-setup .ibnb-is-stopped .ibnb-title { font-weight: 400; }
.ibnb-setup :is(.ibnb-word, .ibnb-seconds) { font-size: 12px; color: var(--ibnb-muted); }
.ibnb-setup :is(.ibnb-is-fail, .ibnb-is-warn, .ibnb-is-crash) .ibnb-word { font-weight: 700; color: var(--ibnb-text); }
.ibnb-setup .ibnb-is-skip .ibnb-summary { color: var(--ibnb-muted); }
.ibnb-setup .ibnb-seconds { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.ibnb-setup .ibnb-evidence { margin: 4px 14px 12px 113px; padding: 8px 10px; border-radius: 6px; white-space: pre-wrap;
  overflow-wrap: anywhere; font-family: var(--jp-code-font-family, monospace); font-size: 12px; line-height: 1.45;
  color: var(--ibnb-text); background: var(--ibnb-raised); }
.ibnb-setup .ibnb-advice { padding: 0 14px 12px 113px; }
.ibnb-setup .ibnb-do { margin: 8px 0 2px; font-size: 12px; font-weight: 600; }
.ibnb-setup .ibnb-advice { overflow-wrap: anywhere; }
.ibnb-setup :is(.ibnb-advice, .ibnb-notice) ol { margin: 0; padding-left: 20px; }
.ibnb-setup .ibnb-advice > .ibnb-only-fix { display: inline; margin-left: 4px; }
.ibnb-setup .ibnb-notice .ibnb-only-fix { margin-top: 4px; }
.ibnb-setup :is(.ibnb-advice, .ibnb-notice) li { padding: 2px 0 2px 2px; }
.ibnb-setup .ibnb-changes ul { margin: 0; padding: 0; list-style: none; }
.ibnb-setup .ibnb-changes li { padding: 3px 0 3px 10px; margin: 3px 0; border-left: 3px solid var(--ibnb-tone); }
.ibnb-setup .ibnb-changes time { color: var(--ibnb-muted); font-variant-numeric: tabular-nums; margin-right: 6px; }

/* the report, the session */
.ibnb-setup .ibnb-report .widget-textarea { width: 100%; height: auto; margin: 0; }
.ibnb-setup .ibnb-report .widget-inline-hbox { flex-direction: column; align-items: stretch; gap: 3px; }
.ibnb-setup .ibnb-report textarea { width: 100% !important; height: 190px; padding: 8px 10px; border-radius: 6px;
  flex: none !important; font-family: var(--jp-code-font-family, monospace); font-size: 12px; line-height: 1.45;
  color: var(--ibnb-text); background: var(--ibnb-raised); border: 1px solid var(--ibnb-line); }
.ibnb-setup .ibnb-session { padding: 12px 14px; border: 1px solid var(--ibnb-line); border-radius: 8px;
  border-left: 4px solid var(--ibnb-act); }
.ibnb-setup .ibnb-kind-paper { border-left-color: var(--ibnb-good); }
.ibnb-setup .ibnb-kind-LIVE { border-color: var(--ibnb-bad); border-left-width: 8px; }
.ibnb-setup .ibnb-session dl { display: flex; flex-wrap: wrap; gap: 6px 26px; margin: 10px 0; }
.ibnb-setup .ibnb-session :is(dt, dd) { float: none; display: block; width: auto; margin: 0; padding: 0; }
.ibnb-setup .ibnb-session dt { font-size: 12px; font-weight: 400; color: var(--ibnb-muted); }
.ibnb-setup .ibnb-positions { width: 100%; margin-top: 14px; border-collapse: collapse; font-size: 13px; }
.ibnb-setup .ibnb-positions caption { caption-side: top; padding-bottom: 6px; text-align: left; font-weight: 600;
  color: var(--ibnb-text); }
.ibnb-setup .ibnb-positions :is(th, td) { padding: 5px 8px; text-align: left;
  border-bottom: 1px solid var(--ibnb-line); }
.ibnb-setup .ibnb-positions thead th { font-size: 12px; font-weight: 600; color: var(--ibnb-muted); }
.ibnb-setup .ibnb-positions tbody th { font-weight: 600; }
.ibnb-setup .ibnb-positions .ibnb-muted { font-size: 12px; font-weight: 400; }
.ibnb-setup .ibnb-positions .ibnb-number { text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; }

/* a narrow output */
@container (max-width: 700px) { .ibnb-setup .ibnb-fields { grid-template-columns: repeat(6, 1fr); }
  .ibnb-setup .ibnb-field { grid-column: span 2; } .ibnb-setup .ibnb-field:nth-child(-n+2) { grid-column: span 3; } }
@container (max-width: 520px) {
  .ibnb-setup .ibnb-positions thead th { white-space: normal !important; }
  .ibnb-setup .ibnb-positions :is(th, td) { padding: 5px 4px; }
  .ibnb-setup .ibnb-fields { grid-template-columns: 1fr 1fr; }
  .ibnb-setup .ibnb-field { grid-column: auto; }
  .ibnb-setup .ibnb-field:is(:nth-child(-n+2), :last-child) { grid-column: span 2; }
  .ibnb-setup .jupyter-button { flex: 1 0 auto; }
  .ibnb-setup .jupyter-button.ibnb-aside { margin-left: 0; }
  .ibnb-setup .ibnb-line { grid-template-columns: 20px 1fr auto 14px; }
  .ibnb-setup .ibnb-word { order: 2; } .ibnb-setup .ibnb-title { order: 1; }
  .ibnb-setup .ibnb-seconds { display: none; }
  .ibnb-setup .ibnb-summary { order: 4; grid-column: 2 / -1; }
  .ibnb-setup .ibnb-summary:empty { display: none; }
  .ibnb-setup summary.ibnb-line::after { order: 3; }
  .ibnb-setup .ibnb-evidence { margin-left: 14px; } .ibnb-setup .ibnb-advice { padding-left: 41px; }
}
"""
