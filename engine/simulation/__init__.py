"""Plays many invented lives through the real commands: what each does follows from the policy, a data file and a seed.

Pure: `chances`, `hours`, `scene`, `draws`, `delays`, `data`, `filling`, `life`, `deciding`, `memory`, `told`,
`measured`, `picture`. With a database: `watched`, `playing`, `running`, `reading`, `summary`.
"""
