"""The colours of pictures: told apart by every eye, and by their lightness in print."""

INK, SOFT, PALE, GRID = "#111111", "#5f5f5f", "#c9c9c9", "#d9d9d9"
# Okabe & Ito (2008): told apart with any colour blindness.
VERMILION, ORANGE, BLUE, GREEN, SKY = "#d55e00", "#e69f00", "#0072b2", "#009e73", "#56b4e9"
DEEP_VERMILION = "#9c4400"  # for letters, which need more contrast than lines
# Cividis (Nuñez, Anderton & Renslow 2018), dark to light: in print five different greys.
FIVE_SHADES = ("#00224e", "#434e6c", "#7d7c78", "#bcae6c", "#fde945")
