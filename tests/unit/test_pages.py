"""What stands around an article, and pages that are not in English."""

import pytest
from quotelens import Config, Corpus, annotate

ARTICLE = """Funicular to reopen in May after two years of repairs
The railway of Saltby will open again in May, two years after a cable broke on the upper section of the line.
Brandt Railways runs the line for the town, and has spent nine million on the repairs since last summer.
The company said on Monday that every cable had been replaced and that the cars had been tested for six weeks.
“We were lucky, and luck is no plan for the years to come,” its manager, Imogen Tarrant, told the council on Monday.
Tickets will cost as much as they did before the accident, and pensioners will ride for nothing on Sundays.
"""
BEFORE = "Home\nWorld\nSport\nOpinion\nPrivate Military Company accused of fraud, says Governor Otto Lind\n"
BEHIND = "Read more\nPrivate Military Company loses contract, Defence Ministry says\nMost read\nSubscribe now\n"


def test_menus_and_teasers_give_no_entities():
    alone, page = annotate(ARTICLE), annotate(BEFORE + ARTICLE + BEHIND)
    assert page.entities()["name"] == alone.entities()["name"] and "Brandt Railways" in page.entities()["name"]
    assert page.quotes()["speaker"] == alone.quotes()["speaker"]
    assert page.quotes()["speaker"][1:] == ["Imogen Tarrant"]
    around = [row for row in page.mentions() if not 0 <= row["start"] - len(BEFORE) < len(ARTICLE)]
    assert around and {row["entity_id"] for row in around} == {-1}


def test_quotes_of_teasers_have_a_source_and_no_speaker():
    corpus = Corpus([BEFORE + ARTICLE + BEHIND])
    quotes = corpus.quotes(zones="boilerplate")
    found = list(zip(quotes["source"], quotes["speaker"], quotes["entity_id"], quotes["anonymity"], strict=True))
    assert ("Defence Ministry", None, -1, "named") in found
    assert "Defence Ministry" not in corpus.sources(quotes=quotes)["name"]


def test_who_speaks_in_the_article_is_of_it_even_where_their_line_looks_like_a_menu():
    said = "Reporter Ada Holm says:\n\n“It was safe two years ago, and it is as safe today as it was then.”\n"
    page = annotate(ARTICLE + said + ARTICLE.replace("Monday", "Friday"))
    at = page.text.index("Reporter")
    assert [zone["zone"] for zone in page.zones() if zone["start"] <= at < zone["end"]] == ["boilerplate"]
    assert "Ada Holm" in page.quotes()["speaker"]


# --------------------------------------------------------------------------------------------------- languages

OTHERS = {
    "German": (
        "„Die Brücke ist sicher“, sagte die Bürgermeisterin am Montag im Rathaus der kleinen Stadt. Sie war in den "
        "letzten zwei Jahren dreimal geprüft worden, und an den Seilen war nach Angaben der Bahn nichts zu finden, "
        "was im Winter gefährlich werden kann."
    ),
    "French": (
        "« Le pont est sûr », a dit la maire lundi à la mairie de la petite ville. On l'a contrôlé trois fois au "
        "cours des deux dernières années, et les câbles, selon la compagnie, ne présentent aucun défaut qui "
        "pourrait devenir dangereux en hiver."
    ),
    "Spanish": (
        "«El puente es seguro», dijo la alcaldesa el lunes en el ayuntamiento de la pequeña ciudad. Lo revisaron "
        "tres veces en los últimos dos años, y en los cables, según la empresa, no hay nada que pueda ser peligroso"
        " en invierno."
    ),
    "Italian": (
        "«Il ponte è sicuro», ha detto la sindaca lunedì nel municipio della piccola città. È stato controllato tre"
        " volte negli ultimi due anni e nei cavi, secondo la società, non c'è nulla che possa diventare pericoloso "
        "d'inverno."
    ),
    "Portuguese": (
        "“A ponte é segura”, disse a presidente da câmara na segunda-feira. Foi inspecionada três vezes nos últimos"
        " dois anos e, segundo a empresa, nos cabos não há nada que possa tornar-se perigoso no inverno, nem para "
        "os carros."
    ),
    "Dutch": (
        "“De brug is veilig”, zei de burgemeester maandag in het stadhuis van de kleine stad. Ze was in de "
        "afgelopen twee jaar drie keer gekeurd, en aan de kabels was volgens het bedrijf niets te zien dat in de "
        "winter gevaarlijk kan worden."
    ),
    "Danish": (
        "„Broen er sikker,“ sagde borgmesteren mandag på rådhuset i den lille by. Den var blevet undersøgt tre "
        "gange i de seneste to år, og der var ifølge selskabet intet ved kablerne, som kan blive farligt for nogen "
        "om vinteren."
    ),
    "Polish": (
        "„Most jest bezpieczny” – powiedziała w poniedziałek burmistrz małego miasta. W ciągu ostatnich dwóch lat "
        "badano go trzy razy, a w linach, jak podaje spółka, nie ma niczego, co zimą mogłoby stać się niebezpieczne"
        " dla ludzi."
    ),
    "Turkish": (
        "Belediye başkanı pazartesi günü küçük kentin belediye binasında “Köprü güvenli” dedi. Köprü son iki yılda "
        "üç kez denetlendi ve şirkete göre halatlarda kışın tehlikeli olabilecek hiçbir şey bulunmadı, bilet "
        "fiyatları da aynı kalacak."
    ),
    "Russian": (
        "«Мост безопасен», — сказала в понедельник мэр небольшого города. За последние два года его проверяли три "
        "раза, и в тросах, по данным компании, нет ничего, что зимой могло бы стать опасным для людей, а билеты не "
        "подорожают."
    ),
    "Arabic": (
        "قالت رئيسة البلدية يوم الاثنين: «الجسر آمن». وقد فُحص ثلاث مرات خلال العامين الماضيين، ولم يُعثر في "
        "الحبال، بحسب الشركة، على أي شيء قد يصبح خطرا في الشتاء، كما أن أسعار التذاكر لن ترتفع هذا العام على "
        "الإطلاق في المدينة الصغيرة."
    ),
    "Chinese": (
        "市长星期一在这座小城的市政厅说：“这座桥是安全的。”她说，过去两年里对它进行了三次检查，据公司称，缆绳上没有发"
        "现任何在冬天可能变得危险的东西。车票的价格将与事故发生之前相同，退休人员星期天可以免费乘坐。市议会将在下个月讨"
        "论这份报告。公司的经理表示，每一根缆绳都已经更换，车厢也测试了六个星期。他还说，运气不是未来几年的计划。居民们"
        "对重新开放感到高兴。"
    ),
}


def test_a_page_in_another_language_is_told_and_gives_no_quotes():
    corpus = Corpus([{"id": name, "text": text} for name, text in OTHERS.items()])
    assert dict(zip(corpus.ids, corpus.documents()["status"], strict=True)) == dict.fromkeys(OTHERS, "not_english")
    assert len(corpus.quotes(acts="all", kind="all", zones="all")) == len(corpus.mentions()) == 0
    assert len(corpus.chains()) == len(corpus.entities()) == 0
    assert min(corpus.documents()["n_tokens"]) > 20 and min(corpus.documents()["n_sentences"]) > 0


def test_quotes_of_another_language_are_there_for_whoever_asks():
    config = Config().keep_all_languages()
    corpus = Corpus([OTHERS["German"]], config=config)
    assert corpus.documents()["status"] == ["not_english"] and len(corpus.quotes(acts="all", kind="all")) > 0
    assert Config.from_toml(config.to_toml()) == config and repr(config) == "Config().keep_all_languages()"
    assert config.add_sources([{"name": "Ada Holm"}]) == Config.from_toml(
        'all_languages = true\n[[sources]]\nname = "Ada Holm"'
    )
    with pytest.raises(ValueError, match="'all_languages' is 'yes', neither true nor false"):
        Config.from_toml('all_languages = "yes"')


def test_english_is_told_by_its_sentences():
    foreign = "\n".join(OTHERS["German"].split()[:25])  # a menu of foreign words
    short = "“Die Brücke ist sicher”, sagte sie."  # too short to tell
    quoting = f"{ARTICLE}\nThe manager wrote to the council in German:\n{OTHERS['German'][:100]}\n"
    scores = "Holm 3, Brandt 2\nLind 1, Diaz 4\nAda Holm, Bo Lind, Cleo Brandt, Omar Diaz, Otto Tarrant\n" * 5
    texts = [ARTICLE, foreign + "\n" + ARTICLE, short, quoting, scores, ""]
    assert Corpus(texts).documents()["status"] == ["ok"] * 5 + ["empty"]
