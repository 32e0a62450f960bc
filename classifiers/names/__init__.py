"""People, places and organisations in free text: models behind one Protocol, :class:`classifiers.names.model.NameModel`."""
