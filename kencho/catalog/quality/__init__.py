"""品質の点: a pure function from facts to points, with what to do for each one lost."""

from kencho.catalog.quality.facts import RULES, Facts, rule_counts
from kencho.catalog.quality.scoring import PARTS, REMEDIES, Loss, Part, Score, score

__all__ = ["PARTS", "REMEDIES", "RULES", "Facts", "Loss", "Part", "Score", "rule_counts", "score"]
