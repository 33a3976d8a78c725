"""The endpoint ``noxtls:``: each wrong file is a sentence that names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from nox.core.config.endpoint import server_endpoint
from tests.certificates import Authority, noxtls


def test_right_files_make_an_endpoint(tmp_path: Path) -> None:
    """Key, certificate and authority that fit."""
    own = Authority(tmp_path, "own")
    server_endpoint(None, noxtls(own.sign("nox"), own))


@pytest.mark.parametrize("which", ["key", "cert", "ca"])
def test_a_file_that_is_missing_or_no_pem(tmp_path: Path, which: str) -> None:
    """The sentence names the endpoint and the file."""
    own = Authority(tmp_path, "own")
    text = noxtls(own.sign("nox"), own)
    words = dict(word.split("=") for word in text.split(":")[2:])
    file = Path(words[which])
    file.write_text("nothing")
    with pytest.raises(ValueError, match=f"noxtls:.*{file} has no .* in PEM"):
        server_endpoint(None, text)
    file.unlink()
    with pytest.raises(ValueError, match=f"{file} cannot be read: No such file"):
        server_endpoint(None, text)


def test_a_key_of_another_certificate(tmp_path: Path) -> None:
    """A key that does not fit is found before anybody connects."""
    own = Authority(tmp_path, "own")
    pair, other = own.sign("nox"), own.sign("other")
    pair.key.write_bytes(other.key.read_bytes())
    with pytest.raises(ValueError, match=f"{pair.key} is not the key of {pair.certificate}"):
        server_endpoint(None, noxtls(pair, own))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("noxtls:6653", "needs a port, key, cert and ca"),
        ("noxtls:6653:kee=/a", 'did you mean "key"'),
        ("noxtls:x:key=/a:cert=/b:ca=/c", "cannot be read|port is a number"),
    ],
)
def test_a_wrong_word(text: str, words: str) -> None:
    """What is missing, unknown or no number is said."""
    with pytest.raises(ValueError, match=words):
        server_endpoint(None, text)
