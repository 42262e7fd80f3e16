def lexicons(m):
    from truceline import formats, kinds
    from truceline.nouns import Lexicon
    names={}
    for s in m.sources:
        for n in (s.id,s.name,*s.aliases): names[n.casefold()]=s.id
    pn={}
    for p in m.parties:
        for n in (p.id,*p.names.values()): pn[n.casefold()]=p.id
    return {i:Lexicon(m.party_ids,pn,names,{s.id:s.party for s in m.sources},m.time_zone,frozenset(kinds.tree(m.kinds)),formats.metadata(i).get('value_tables',{})) for i in formats.IDS}
