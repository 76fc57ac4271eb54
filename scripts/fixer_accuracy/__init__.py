"""How well the fixer tidies made-up office workbooks whose truth is known; ``make fixer-accuracy SEED=n``."""
