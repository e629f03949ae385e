"""What `cargo workbook review export` writes, imported by Anki's own library: every card once, as it is in the workbook, and twice is once.

It needs no board. `.ci/requirements-anki.txt` goes into an environment of its own.
"""

import html
import os
import pathlib
import re
import subprocess
import tempfile
import tomllib
import unittest

try:
    from anki.collection import Collection, ImportCsvRequest
except ImportError:
    Collection = None

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("WORKBOOK", ROOT / "target" / "debug" / ("workbook.exe" if os.name == "nt" else "workbook")))
DECKS = {"en": "The serverless workbook", "ko": "The serverless workbook (한국어)"}


def shown(field):
    """A field as Anki shows it: its text, with code between backticks as the workbook has it."""
    return html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"</?code>", "`", field)))


@unittest.skipIf(Collection is None, "anki is not installed")
class Anki(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        subprocess.run([PROGRAM, "review", "export", self.folder / "cards"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        self.cards = tomllib.loads((ROOT / "book" / "review" / "cards.toml").read_text(encoding="utf-8"))["card"]
        self.collection = Collection(str(self.folder / "collection.anki2"))
        self.addCleanup(self.collection.close)

    def imported(self, path):
        """Imports a file as its head says, and returns what Anki says of it."""
        metadata = self.collection.get_csv_metadata(path=str(path), delimiter=None)
        return self.collection.import_csv(ImportCsvRequest(path=str(path), metadata=metadata)).log

    def file(self, language):
        return self.folder / "cards" / f"serverless-workbook-{language}.txt"

    def notes(self, language):
        found = self.collection.find_notes(f'deck:"{DECKS[language]}"')
        return {note.guid: note for note in map(self.collection.get_note, found)}

    def test_every_card_is_a_note_as_the_workbook_has_it(self):
        for language in DECKS:
            with self.subTest(language):
                log = self.imported(self.file(language))
                self.assertEqual(len(log.new), len(self.cards))
                notes = self.notes(language)
                self.assertEqual(len(notes), len(self.cards))
                for card in self.cards:
                    note = notes[f"serverless-workbook-{language}-{card['id']}"]
                    front, back = note.fields
                    self.assertEqual(shown(front), card["question"][language])
                    answer, link = back.split("<br><br>")
                    self.assertEqual(shown(answer), card["answer"][language])
                    page, section = card["source"].split("#")
                    self.assertIn(f"/{page.removesuffix('.md')}.html#{section}'", link)
                    self.assertEqual(sorted(note.tags), sorted(["serverless-workbook", f"chapter-{card['chapter']}"]))
                    self.assertEqual(len(note.cards()), 1)

    def test_a_second_import_changes_what_has_changed_and_makes_nothing_twice(self):
        path = self.file("en")
        self.imported(path)
        again = self.imported(path)
        self.assertEqual(len(again.new), 0)
        first = self.cards[0]
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(first["question"]["en"], "Why is this another question?"), encoding="utf-8")
        changed = self.imported(path)
        self.assertEqual((len(changed.new), len(changed.updated)), (0, 1))
        notes = self.notes("en")
        self.assertEqual(len(notes), len(self.cards))
        self.assertEqual(notes[f"serverless-workbook-en-{first['id']}"].fields[0], "Why is this another question?")


if __name__ == "__main__":
    unittest.main()
