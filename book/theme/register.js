// The book's search also takes a whole message, as it was seen, and Korean words. mdBook's own search looks for words; a pasted message
// has ids and dates that no page has. So the pages of the register are found as `cargo workbook explain` finds them: take both texts apart
// (words, and each two that follow each other), drop what differs from call to call, and ask how much of the one is in the other. A text
// that several pages could mean gets all of them, and a status alone the introduction's table. `register.rs` in the course says why; a test
// holds the two together.

(function () {
    "use strict";

    const OF_MESSAGE = 0.3;
    const OF_PASTED = 0.7;
    const EVIDENCE = 6;
    const PART = 4;
    const OF_PART = 1.5;
    const WHOLE = 0.7;
    const COMMON = 10;
    const STRANGE = 1;
    const SHORT = 120;
    const PHRASE = 4;
    const SENTENCE = 24;
    const LIST = 10;
    const GAP = 4;
    const TYPED = 600;
    const LETTERS = 6;
    const OWN_NAME = "board";
    const CONSEQUENCES = ["waiter-terminal-failure-state", "failed-to-fetch", "dispatch-failure", "xml-no-style-information"];
    // What IAM says of every refusal, the page of those whose reason is not said, and that of those that a policy's Deny refuses.
    const REFUSAL = "is not authorized to perform";
    const REFUSED = "no-identity-based-policy-allows";
    const DENIED = "explicit-deny";
    // What CloudFormation's handlers put before some services' messages. Its words stand in messages of their own, too.
    const OF_HANDLERS = ["invalid", "request", "provided"];
    const MOST = 64 * 1024;
    const REGION = /^[a-z]{2}(-gov)?-(north|south|east|west|central)+-[0-9]$/;
    // Signs that nobody sees, and that are pasted along with the words.
    const UNSEEN = /[\u00ad\u200b\u200e\u2060\ufeff]/g;
    // What the AWS CLI and boto3 put between an error's code and its message.
    const CALL = "\\) when calling the [a-z0-9]+ operation( \\(reached max retries: [0-9]+\\))?";
    const END = /[ \t\r\n'"‘’“”<>)]/;

    // Where every second letter is none, they are the halves of UTF-16; the others stand between words.
    function withoutNuls(text) {
        const nuls = text.split("\0").length - 1;
        return text.replaceAll("\0", 3 * nuls > text.length ? "" : " ");
    }

    // A text as it is seen: without a terminal's colours, links and titles, without what was typed and taken back, and with one sign for the
    // end of a line.
    function readable(text) {
        const seen = [];
        const plain = text.replace(/\x1b\][^\x07\x1b]*\x07?|(\x1b\[|\x9b)[0-?]*[ -/]*[0-~]?|\x1b[ -/]*[0-~]?/g, "").replace(/\r\n?/g, "\n");
        for (const letter of withoutNuls(plain.replace(UNSEEN, "").normalize("NFC"))) {
            if (letter === "\b") {
                seen.pop();
            } else {
                seen.push(/[^\S\n\t]|[\x01-\x08\x0b-\x1f\x7f-\x9f]/.test(letter) ? " " : letter);
            }
        }
        return seen.join("");
    }

    // A text without the packages before the names of classes: `software.amazon.awssdk.services.s3.model.`.
    function withoutPackages(text) {
        return text.replace(/(?<![A-Za-z0-9_.])([a-z][a-z0-9_]*\.){2,}(?=[A-Z])/g, "");
    }

    // A text in small letters without what a client, or a document of XML, puts before a message.
    function withoutWrappers(text) {
        return text.replace(/fatal error:|aws: error:|aws: \[error\]:|<\?xml[^>]*>?/g, " ")
            // What curl says depends on the number of the error as much as on the words.
            .replace(/curl: \(([0-9]+)\)/g, "curl error$1")
            .replace(/(upload|download|copy|move|delete|remove) failed:\s*(?=\S*[/\\])\S+(\s*to \s*(?=\S*[/\\])\S+)?/g, " ")
            .replace(/\(service:([^)]*)\)?/g, (_, inside) => ` ${(inside.split("error code:")[1] ?? "").split(/[;,]/)[0]} `);
    }

    // A line without the signs by which a mail or Markdown quotes it.
    function withoutQuotation(line) {
        return line.replace(/^\s*[>|]+ ?/, "");
    }

    // A text in one line, without the indentation that its lines have in common.
    function inOneLine(text) {
        const lines = text.split("\n").map(withoutQuotation);
        const indents = lines.filter((line) => line.trim() !== "").map((line) => line.search(/[^ ]/));
        return lines.map((line) => line.slice(Math.min(...indents))).join("");
    }

    // A text without the signs that a log, a page or an address writes in place of others.
    function unescaped(text) {
        return text.replace(/\\[nrt]|\\+u([0-9a-f]{4})|&#?[0-9a-z]{2,8};|%[0-9a-f]{2}/gi, (_, code) => {
            const letter = code ? String.fromCharCode(parseInt(code, 16)).toLowerCase() : " ";
            return /[\p{Alphabetic}\p{N}]/u.test(letter) ? letter : " ";
        });
    }

    // A text in small letters without the addresses in it: they are the reader's own. The first one may be cut.
    function withoutAddresses(text) {
        const first = text.search(END);
        const isCut = (first < 0 ? text : text.slice(0, first)).includes("/");
        const rest = isCut ? text.slice(first < 0 ? text.length : first) : text;
        return rest.replace(/https?:\/\/[^ \t\r\n'"‘’“”<>)]*/g, " ").replace(/[0-9.:]+/g, (run) => run.split(".").length > 3 ? " " : run)
            .replace(/[a-z0-9-]+/g, (name) => REGION.test(name) ? " " : name);
    }

    // A text without the frames of a stack: they are the program's own, and many.
    function withoutFrames(text) {
        return text.replace(/(?<![A-Za-z0-9_.-])at ([^\s()]+ ){0,4}\([^\s()]*:[0-9]+\)/g, " ");
    }

    function words(text) {
        return wordsAndNames(text, () => true);
    }

    // Words of which those that hyphens hold together are one, if they are not known.
    function wordsAndNames(text, isKnown) {
        const found = [];
        for (const held of withoutAddresses(unescaped(withoutWrappers(withoutPackages(withoutFrames(text)).toLowerCase()))).split(/[^\p{Alphabetic}\p{N}-]+/u)) {
            const before = found.length;
            addWords(held, found);
            const parts = found.slice(before);
            if (parts.length > 1 && !/[가-힣]/.test(held) && !isKnown(parts.join(" "))) {
                found.splice(before, parts.length, parts.join("-"));
            }
        }
        return found;
    }

    function addWords(held, found) {
        for (const word of held.split("-")) {
            const syllables = [...word].filter((letter) => letter >= "가" && letter <= "힣");
            if (syllables.length > 1) {
                syllables.slice(1).forEach((next, at) => found.push(syllables[at] + next));
                continue;
            }
            const length = [...word].length;
            const digits = word.replace(/[^0-9]/g, "").length;
            const isStatus = /^[2-5][0-9]{2}$/.test(word);
            const isHex = length > 3 && /^[0-9a-f]*$/.test(word);
            const isId = digits > 0 && !isStatus && !word.endsWith("exception") && (digits === length || isHex || length > 7 || digits > 2);
            if (word !== "" && !isId) {
                found.push(word);
            }
            if (OF_HANDLERS.every((word, at) => found[found.length - OF_HANDLERS.length + at] === word)) {
                found.splice(-OF_HANDLERS.length);
            }
        }
    }

    function terms(all) {
        return new Set([...all.slice(1).map((next, at) => `${all[at]} ${next}`), ...all]);
    }

    // The terms by which a refusal of IAM gives its reason, without the action that it repeats; none where a message gives none.
    function reasonOf(line) {
        const at = line.search(/\b(because no|with an explicit) /);
        const isRefusal = at === 0 || line.includes(REFUSAL);
        return terms(at < 0 || !isRefusal ? [] : line.slice(at).split(" allows the ")[0].split(" "));
    }

    // The messages that words can be, of those that give a reason why IAM refuses: which action is refused says nothing of the reason.
    function hasReason({ weights }, said) {
        const isRefusal = ` ${said.join(" ")} `.includes(` ${REFUSAL} `);
        const pasted = isRefusal ? terms(said) : new Set();
        return ({ reason }) => !isRefusal || reason.size === 0 || [...reason].some((term) => pasted.has(term) && weights.get(term) > 0);
    }

    function prepared({ pages, everyday, statuses, strangers }) {
        const having = new Map();
        const forms = [];
        pages.forEach(([, , messages], page) => {
            const all = new Set();
            for (const message of messages) {
                const spoken = words(message);
                const form = { page, line: spoken.join(" "), terms: terms(spoken), reason: reasonOf(spoken.join(" ")), sentences: sentencesOf(message) };
                form.terms.forEach((term) => all.add(term));
                forms.push(form);
            }
            all.forEach((term) => having.set(term, (having.get(term) || 0) + 1));
        });
        const weights = new Map([...having].map(([term, count]) => [term, term.split(" ").includes(OWN_NAME) || /^[a-z]( [a-z])?$/.test(term) ? 0 : Math.max(0, Math.log(COMMON / count))]));
        // What stands around every message says nothing of which one it is.
        everyday.split("\n").forEach((line) => terms(words(line)).forEach((term) => weights.set(term, 0)));
        // These are asked for with every text, and do not change.
        forms.forEach((form) => {
            form.weight = weightOf({ weights }, form.terms);
            form.sentences = form.sentences.map((pieces) => ({ pieces, weight: rounded(pieces.reduce((sum, piece) => sum + weightOf({ weights }, terms(piece)), 0)) }));
        });
        const spoken = new Set(forms.flatMap((form) => form.line.split(" ")));
        const lines = strangers.split("\n");
        const strange = lines.slice(lines.indexOf("")).map((line) => terms(words(line))).filter((some) => some.size > 0)
            .map((terms) => ({ terms, weight: weightOf({ weights }, terms) }));
        return { pages, forms, weights, spoken, strangers: strange, statuses: statusWords(statuses) };
    }

    // The sentences of a message, each in pieces: between these stand the reader's own names.
    function sentencesOf(message, least = PART - 1) {
        const found = withoutCalls(message).split(/[.!?:](?=[ \n]|$)|(?<=[:{] ?)"|"(?=[,}:])|[\n<>]|\((?=Service: )/).map((sentence) => {
            const pieces = [[]];
            for (const part of sentence.split(" ")) {
                if (part.includes(OWN_NAME)) {
                    pieces.push([]);
                } else {
                    pieces[pieces.length - 1].push(part);
                }
            }
            return pieces.map((piece) => words(piece.join(" "))).filter((piece) => piece.length > 0);
        });
        return found.filter((pieces) => pieces.flat().length >= least);
    }

    // Whether the pieces of a sentence stand in words, in order, with no more than a name between them; with nothing around them, if they
    // are the whole.
    function stands(pieces, said, isWhole = false) {
        const startsAt = (at, piece) => piece.every((word, ahead) => said[at + ahead] === word);
        const follows = (from, gap, [piece, ...others]) => {
            for (let at = from; piece && at <= from + gap; at += 1) {
                if (startsAt(at, piece) && follows(at + piece.length, GAP, others)) {
                    return true;
                }
            }
            return !piece && (!isWhole || from === said.length);
        };
        return follows(0, isWhole ? 0 : said.length, pieces);
    }

    // The pages of which a sentence stands in a text, word for word.
    function withSentence(register, text) {
        const said = words(withShortNames(text));
        const isReasoned = hasReason(register, said);
        return withHeaviest(register, (pieces, weight, form) => weight >= rounded(2 * OF_PART) && stands(pieces, said) && pieces.flat().length >= PART && isReasoned(form));
    }

    // A text in which the name of a resource is one word.
    function withShortNames(text) {
        return text.replace(/arn:aws[^\s"',]*/g, "arn");
    }

    // The pages of which a sentence with a name in it is all that a line of a text says: what stands around the name may stand everywhere. And
    // those of which a short sentence is all that the text says, beside words of the same message.
    function withLine(register, text) {
        const said = sentencesOf(withShortNames(text), 1).map((pieces) => pieces.flat());
        const isBeside = (form, line) => line.every((word) => form.terms.has(word) || register.weights.get(word) === 0);
        return withHeaviest(register, (pieces, weight, form) => {
            const isIt = (line) => stands(pieces, line, true);
            return said.some(isIt) && (pieces.length > 1 || weight > 0 && said.every((line) => isIt(line) || isBeside(form, line)));
        }).map(([page]) => [page, "perhaps"]);
    }

    // The pages of which a sentence is there, the heaviest first.
    function withHeaviest(register, isThere) {
        const heaviest = new Map();
        for (const form of register.forms) {
            for (const { pieces, weight } of form.sentences) {
                if (weight > (heaviest.get(form.page) ?? 0) && isThere(pieces, weight, form)) {
                    heaviest.set(form.page, weight);
                }
            }
        }
        const pages = [...heaviest.keys()].sort((one, other) => heaviest.get(other) - heaviest.get(one) || one - other);
        return pages.map((page) => [page, pages.length > 1 ? "perhaps" : "explains"]);
    }

    // A text in which each long word that no message has is the one that differs from it by a letter.
    function withoutTypos(register, text) {
        return text.replace(/[A-Za-z]+/g, (word) => {
            const small = word.toLowerCase();
            if (small.length < LETTERS - 1 || register.spoken.has(small)) {
                return word;
            }
            const near = [...register.spoken].filter((known) => known.length >= LETTERS && isNear(known, small));
            return near.length === 1 ? near[0] : word;
        });
    }

    // Whether two words differ by one letter: another, one more, one less, or two that changed places.
    function isNear(one, other) {
        let start = 0;
        while (start < one.length && one[start] === other[start]) {
            start += 1;
        }
        const [rest, others] = [one.slice(start), other.slice(start)];
        const isSwapped = rest[0] === others[1] && rest[1] === others[0] && rest.slice(2) === others.slice(2);
        return isSwapped || rest.slice(1) === others.slice(1) || rest.slice(1) === others || rest === others.slice(1);
    }

    function weightOf(register, some) {
        return [...some].reduce((sum, term) => sum + (register.weights.get(term) ?? STRANGE), 0);
    }

    // The words of a pasted text whose first and last may be cut: a piece that no message has is read as the one word that it is a piece of.
    function completed(register, pasted) {
        const all = [...pasted];
        const complete = (at, isPiece, pair) => {
            const piece = all[at];
            if (all.length < 2 || piece.length < 3 || register.weights.has(piece)) {
                return;
            }
            const known = [...register.weights.keys()].filter((word) => isPiece(word, piece) && register.weights.has(pair(word)));
            if (known.length === 1) {
                [all[at]] = known;
            }
        };
        if (all.length === 2 && all.every((piece) => piece.length > 2 && !register.weights.has(piece))) {
            const isPair = ([first, second, ...others]) => others.length === 0 && second && first.endsWith(all[0]) && second.startsWith(all[1]);
            const known = [...register.weights.keys()].map((term) => term.split(" ")).filter(isPair);
            return known.length === 1 ? known[0] : all;
        }
        complete(0, (word, piece) => word.endsWith(piece), (word) => `${word} ${all[1]}`);
        complete(all.length - 1, (word, piece) => word.startsWith(piece), (word) => `${all[all.length - 2]} ${word}`);
        return all;
    }

    // The runs of words between those that no message has: these are the reader's own names, the rest of a cut one, or what stood beside.
    function runs(register, pasted) {
        const found = [[]];
        for (const word of pasted) {
            if (register.spoken.has(word)) {
                found[found.length - 1].push(word);
            } else {
                found.push([]);
            }
        }
        return found.filter((run) => run.length > 0);
    }

    // Six digits of a rank decide; the others depend on the order of a sum.
    function rounded(number) {
        return Math.round(number * 1e6);
    }

    // A text without what the AWS CLI and boto3 put before a message.
    function withoutCalls(text) {
        return text.replace(new RegExp(`(an error occurred )?\\([a-z][a-z0-9.]*${CALL}:`, "gi"), " ");
    }

    // The best form of each page that the words of a text are like at all, the likeliest first, and the words' terms. What a client puts before
    // a message is not enough where a message follows.
    function candidates(register, text, wordsOf = words) {
        const said = wordsOf(text);
        const plain = withoutCalls(text);
        const behind = words(plain);
        const pairs = behind.slice(1).map((next, at) => [behind[at], next]).filter((pair) => !pair.includes(OWN_NAME)).map((pair) => pair.join(" "));
        const isReasoned = hasReason(register, said);
        const isBehind = ({ terms }) => plain === text || pairs.length === 0 || pairs.some((pair) => terms.has(pair));
        const spoken = completed(register, said);
        const parts = runs(register, spoken);
        const known = parts.flat().length;
        // Of two Korean syllables, the second one begins the next word.
        const isLong = parts.flat().reduce((sum, word) => sum + (/^[가-힣]/.test(word) ? 1 : 2), 0) >= 2 * PART;
        const lines = parts.map((run) => run.join(" "));
        // Names that are the reader's own are fewer than the words around them.
        const isDense = parts.length === 1 || spoken.length - known < known;
        const least = parts.length === 1 ? OF_PART : 2 * OF_PART;
        const pasted = terms(spoken);
        const pastedWeight = weightOf(register, pasted);
        const best = new Map();
        const strangers = strangersIn(register, pasted);
        // The others weigh nothing in any message.
        const telling = [...pasted].filter((term) => register.weights.get(term) > 0);
        const isLike = ({ terms }) => telling.some((term) => terms.has(term));
        for (const form of register.forms.filter((form) => isLike(form) && isBehind(form) && isReasoned(form) && strangers.every(({ terms }) => saysMore(register, form, terms, pasted)))) {
            const evidence = weightOf(register, telling.filter((term) => form.terms.has(term)));
            const ofMessage = evidence / form.weight;
            const isPart = isDense && isLong && evidence >= least && lines.every((line) => form.line.includes(line));
            const ofPasted = isPart ? 1 : evidence / pastedWeight;
            const isEnough = isPart || evidence >= Math.min(EVIDENCE, form.weight * 0.9) && (ofMessage >= OF_MESSAGE || ofPasted >= OF_PASTED);
            const rank = rounded(Math.max(ofMessage, ofPasted) * Math.sqrt(evidence));
            const found = { form, isEnough, rank, evidence: rounded(evidence), ofMessage: rounded(ofMessage) };
            const old = best.get(form.page);
            if (!old || inOrder(found, old) < 0) {
                best.set(form.page, found);
            }
        }
        return [[...best.values()].sort(inOrder), pasted];
    }

    function inOrder(one, other) {
        return other.isEnough - one.isEnough || other.rank - one.rank || other.ofMessage - one.ofMessage || one.form.page - other.form.page;
    }

    // Those of which a text says as much, where it has no message whole: what they have of it says nothing for the one or the other.
    function rivals(register, [first, ...others]) {
        const isRival = (other) => other.evidence >= first.evidence && (isConsequence(register, first) || !isConsequence(register, other));
        return first.ofMessage < rounded(WHOLE) ? [first, ...others.filter(isRival)] : [];
    }

    // Whether a message says that something failed, and leaves what to the line before or after it.
    function isConsequence(register, { form }) {
        return CONSEQUENCES.includes(register.pages[form.page][0]);
    }

    // Puts a message that is enough without the words of a consequence before the consequence.
    function putCausesFirst(register, like, pasted) {
        const [first] = like;
        if (!first?.isEnough || !isConsequence(register, first)) {
            return;
        }
        const isCause = ({ form, isEnough }) => isEnough && saysMore(register, form, first.form.terms, pasted);
        const at = like.findIndex((other) => !isConsequence(register, other) && isCause(other));
        if (at > 0) {
            like.unshift(...like.splice(at, 1));
        }
    }

    // Whether a text has enough of a message without the terms of another one.
    function saysMore(register, form, than, pasted) {
        const own = weightOf(register, [...form.terms].filter((term) => pasted.has(term) && !than.has(term)));
        return own >= Math.min(EVIDENCE, form.weight * 0.9) && own / form.weight >= OF_MESSAGE;
    }

    // The messages in a text that no page explains.
    function strangersIn(register, pasted) {
        return register.strangers.filter(({ terms, weight }) => weightOf(register, [...terms].filter((term) => pasted.has(term))) >= WHOLE * weight);
    }

    // The numbers of the pages that explain a text, the likeliest first, each with how sure that is.
    function find(register, pastedText) {
        const text = readable(pastedText);
        const found = findExactly(register, text);
        const typed = found.length > 0 || text.length > TYPED ? text : withoutTypos(register, text);
        const corrected = typed === text ? found : findExactly(register, typed);
        // Korean around a message in English is not of the message.
        const english = text.replace(/[가-힣]+/g, " ").trim();
        return corrected.length > 0 || !/[가-힣]/.test(text) || english === "" ? corrected : findExactly(register, english);
    }

    function findExactly(register, text) {
        if (statusesIn(register, text).length > 0) {
            return [];
        }
        let [like, pasted] = candidates(register, text);
        if (!like[0]?.isEnough || rivals(register, like).length > 1) {
            // A narrow window breaks lines in the middle of words.
            const joined = candidates(register, inOneLine(text));
            if (joined[0][0]?.isEnough && (!like[0]?.isEnough || joined[0][0].rank > like[0].rank)) {
                [like, pasted] = joined;
            }
        }
        if (!like[0]?.isEnough) {
            // A name of the reader's own may have words of messages in it.
            [like, pasted] = candidates(register, text, (text) => wordsAndNames(text, (parts) => register.forms.some(({ line }) => line.includes(parts))));
        }
        putCausesFirst(register, like, pasted);
        const [first] = like;
        if (!first?.isEnough && strangersIn(register, pasted).length > 0) {
            return [];
        }
        const sentences = first?.isEnough ? [] : withSentence(register, text);
        if (sentences.length > 0) {
            return sentences;
        }
        if (!first?.isEnough) {
            const coded = text.length > SHORT ? [] : withCode(register, text);
            const phrased = coded.length > 0 || text.length > SHORT ? coded : withPhrase(register, text);
            const refused = phrased.length > 0 ? phrased : withoutReason(register, text);
            const said = refused.length > 0 ? refused : withLine(register, text);
            const named = said.length > 0 ? said : naming(register, text);
            return named.length > 0 ? named : withRun(register, text);
        }
        if (rivals(register, like).length > 1) {
            return rivals(register, like).map(({ form }) => [form.page, "perhaps"]);
        }
        // Another message stands in the text as well if half of it is there that the first one has not.
        const isAlso = ({ form }) => {
            const own = [...form.terms].filter((term) => pasted.has(term) && !first.form.terms.has(term));
            return 2 * weightOf(register, own) >= form.weight;
        };
        const found = like.filter((other) => other.isEnough);
        return found.map((other) => [other.form.page, other === first ? "explains" : isAlso(other) ? "also" : "less likely"]);
    }

    // The pages that have an error's code, if a text is an error's code and hardly more. One that stands around every message has many causes.
    function withCode(register, text) {
        const said = words(text);
        const isOneWord = !/[ \t\r\n]/.test(text.trim());
        const isKnown = said.length < PART && said.every((word) => register.weights.has(word) || register.statuses.around.has(word));
        if (!isOneWord && !isKnown) {
            return [];
        }
        for (const code of text.toLowerCase().split(/[^a-z0-9.]+/)) {
            const last = code.split(".").pop();
            const having = (name) => [...register.pages.keys()].filter((page) => register.pages[page][3].some((known) => known.toLowerCase() === name));
            const found = having(code).length > 0 ? having(code) : having(last);
            if (found.length > 0) {
                const isDoubtful = found.length > 1 || register.weights.get(last) === 0;
                return found.map((page) => [page, isDoubtful ? "perhaps" : "explains"]);
            }
        }
        return [];
    }

    // The pages that have a code which stands somewhere in a text, and does not stand around every message.
    function naming(register, text) {
        const said = new Set(text.split(/[^A-Za-z0-9.]+/));
        // A code of which another message says what it means here.
        const follows = (code) => {
            const after = text.slice(text.indexOf(code) + code.length).replace(new RegExp(`^${CALL}`, "i"), "");
            return /^: *(\S+\s+){2}\S/.test(after);
        };
        const isSaid = (code) => said.has(code) && !follows(code) && register.weights.get(code.split(".").pop().toLowerCase()) !== 0;
        return [...register.pages.keys()].filter((page) => register.pages[page][3].some(isSaid)).map((page) => [page, "perhaps"]);
    }

    // The pages that have two or three words, if a text is these and no more. What only one page has may be of anywhere, if it has no weight.
    function withPhrase(register, text) {
        const said = completed(register, words(text));
        const weight = said.length > 1 && said.length < PART ? weightOf(register, terms(said)) : 0;
        const having = weight > 0 ? register.forms.filter((form) => ` ${form.line} `.includes(` ${said.join(" ")} `)).map((form) => form.page) : [];
        const pages = [...new Set(having)];
        return pages.length > 1 || weight >= PHRASE ? pages.map((page) => [page, "perhaps"]) : [];
    }

    // The pages that have the most of a sentence in one piece, if that is more than half of it: what stands around many messages says which few
    // may be meant. A name or a line of a table is not a sentence.
    function withRun(register, text) {
        // What a client puts before a message is not of the message.
        const behind = withoutCalls(text);
        const sentence = behind.trim() === "" ? text : behind;
        const said = completed(register, words(sentence));
        const parts = sentence.trim().split(/[ \t\r\n]+/);
        if (said.length > SENTENCE || 2 * parts.filter((part) => /^[a-z가-힣]+[.,:;]?$/.test(part)).length <= parts.length) {
            return [];
        }
        const runs = [];
        for (let length = said.length; length >= PART && 2 * length > said.length; length -= 1) {
            for (let at = 0; at + length <= said.length; at += 1) {
                runs.push([length, ` ${said.slice(at, at + length).join(" ")} `]);
            }
        }
        const longest = (line) => (runs.find(([, run]) => line.includes(run)) ?? [0])[0];
        const best = new Map();
        for (const form of register.forms) {
            best.set(form.page, Math.max(best.get(form.page) || 0, longest(` ${form.line} `)));
        }
        const most = Math.max(...best.values());
        const pages = [...best.keys()].filter((page) => most > 0 && best.get(page) === most);
        return pages.length > 1 && pages.length <= LIST ? pages.map((page) => [page, "perhaps"]) : [];
    }

    // The page of a refusal by IAM whose reason is not said, as many services leave it out.
    function withoutReason(register, text) {
        const said = ` ${words(text).join(" ")} `;
        const isRefusal = said.includes(` ${REFUSAL} `) && said.includes(" user arn aws ");
        const page = said.endsWith(" with ") ? DENIED : REFUSED;
        return isRefusal ? [[register.pages.findIndex(([slug]) => slug === page), "explains"]] : [];
    }

    // The phrases of each status, and the words that may stand around it.
    function statusWords(lines) {
        const phrases = [];
        const around = new Set();
        for (const line of lines.split("\n")) {
            const [first, ...rest] = line.split(" ");
            if (/^[45][0-9]{2}$/.test(first)) {
                phrases.push([first, [first]]);
                rest.join(" ").split(" / ").forEach((phrase) => phrases.push([first, words(phrase)]));
            } else if (first === "around") {
                words(rest.join(" ")).forEach((word) => around.add(word));
            }
        }
        return { phrases: phrases.sort((one, other) => other[1].length - one[1].length), around };
    }

    // The statuses that a text says, if it says no more.
    function statusesIn({ statuses }, text) {
        // A log names the path that was asked for.
        const said = words(readable(text).replace(/(^|[ \t\r\n])\/[^ \t\r\n]*/g, " "));
        const found = new Set();
        for (let at = 0; at < said.length;) {
            const phrase = statuses.phrases.find(([, phrase]) => phrase.every((word, ahead) => said[at + ahead] === word));
            if (phrase) {
                found.add(phrase[0]);
                at += phrase[1].length;
            } else if (statuses.around.has(said[at])) {
                at += 1;
            } else {
                return [];
            }
        }
        return [...found].sort();
    }

    // Words of the glossary: a Korean one is found by any part of it and with the endings that Korean puts after a word, an English one by
    // how it begins.
    function glossary(register, text) {
        const wanted = text.trim().toLowerCase();
        if ([...wanted].length < 2) {
            return [];
        }
        if (!/[가-힣]/.test(wanted)) {
            return register.terms.filter(([, english]) => english.toLowerCase().startsWith(wanted));
        }
        const long = (words) => words.split(/\s+/).filter((word) => [...word].length > 1);
        // What is in the text whole is not asked for again by its parts.
        const whole = register.terms.filter(([, , korean]) => [...korean].length > 1 && wanted.includes(korean));
        const longest = [...whole].sort((one, other) => [...other[2]].length - [...one[2]].length);
        const rest = longest.reduce((text, [, , korean]) => text.split(korean).map((part, at) => at === 0 ? part : part.replace(/^\S+/, "")).join(" "), wanted);
        const asked = long(rest);
        const isAsked = (korean) => asked.some((word) => korean.includes(word) || long(korean).some((start) => word.startsWith(start)));
        return register.terms.filter((term) => whole.includes(term) || isAsked(term[2]));
    }

    // For the test that runs this file without a page.
    if (typeof document === "undefined") {
        globalThis.workbookSearch = { words, prepared, find, statusesIn, glossary };
        return;
    }

    const bar = document.getElementById("mdbook-searchbar");
    const results = document.getElementById("mdbook-searchresults");
    if (!bar || !results) {
        return;
    }
    // The pages' addresses are relative to the book's folder, which every page knows.
    const root = typeof path_to_root === "undefined" ? "" : path_to_root;
    let register = null;

    function load() {
        if (register || document.getElementById("register-index")) {
            return;
        }
        const script = document.createElement("script");
        script.id = "register-index";
        script.src = `${root}register-index.js`;
        script.addEventListener("load", () => {
            register = { ...prepared(window.workbookRegister), terms: window.workbookRegister.terms };
            show();
        });
        document.head.append(script);
    }

    const list = document.createElement("ul");
    list.id = "register-results";
    list.setAttribute("aria-label", "What explains this");
    list.hidden = true;
    const header = document.getElementById("mdbook-searchresults-header");
    (header || results).before(list);

    const TABLE = "introduction.html#which-hop-gives-which-error";
    const NOTES = {
        explains: "explains this message",
        also: "is also in what you pasted",
        "less likely": "is less likely",
        perhaps: "may be meant; paste more of the message",
    };

    function link(address, title, note) {
        const item = document.createElement("li");
        const anchor = document.createElement("a");
        anchor.href = root + address;
        anchor.textContent = title;
        const after = document.createElement("span");
        after.textContent = ` ${note}`;
        item.append(anchor, after);
        return item;
    }

    function table(note) {
        return link(TABLE, "Which hop gives which error", note);
    }

    function show() {
        // Of a long log the end is read, because that is where the message stands.
        const text = bar.value.slice(-MOST);
        list.replaceChildren();
        if (register && text.trim() !== "") {
            const found = find(register, text);
            for (const [page, confidence] of found.slice(0, found[0]?.[1] === "perhaps" ? LIST : 3)) {
                const [slug, title] = register.pages[page];
                list.append(link(`register/${slug}.html`, title, NOTES[confidence]));
            }
            if (statusesIn(register, text).length > 0) {
                list.append(table("asks who answered; a status does not say"));
            }
            if (text.length < bar.value.length) {
                const item = document.createElement("li");
                item.textContent = "Only the end of what you pasted is searched.";
                list.append(item);
            }
            for (const [anchor, english, korean] of glossary(register, text).slice(0, 5)) {
                list.append(link(`glossary.html#${anchor}`, korean ? `${english} (${korean})` : english, "in the glossary"));
            }
        }
        tidy();
    }

    // mdBook says that it found nothing, and repeats all that was pasted. That is wrong where this list has something, and too long where it
    // has not.
    function tidy() {
        const text = bar.value.trim();
        const said = header?.textContent ?? "";
        const isNothing = said.startsWith("No search results") && said.includes(text) && text !== "";
        if (isNothing && register && list.childElementCount === 0) {
            list.append(link(TABLE, "No such message. Start with this table: who answered?", ""));
        }
        header?.classList.toggle("hidden", isNothing && list.childElementCount > 0);
        list.hidden = list.childElementCount === 0;
    }

    if (header) {
        new MutationObserver(tidy).observe(header, { childList: true, characterData: true, subtree: true });
    }
    bar.addEventListener("focus", load);
    bar.addEventListener("input", () => { load(); show(); });
    // The search of a page's address, which another page's result brings along.
    if (bar.value || new URLSearchParams(location.search).has("highlight")) {
        load();
    }
})();
