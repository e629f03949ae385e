// What the page says, in English and Korean.

(function () {
    "use strict";

    const review = (globalThis.workbookReview = globalThis.workbookReview || {});

    const words = {
        en: {
            title: "Review",
            book: "Back to the book",
            language: "Language",
            upTo: "New cards up to chapter",
            show: "Show the answer (Enter)",
            grade: "How well did you know it?",
            again: "1 Not",
            hard: "2 Just so",
            good: "3 Well",
            easy: "4 At once",
            progress: "Your progress",
            moves: "Export it to have it in another browser, or in the workbook: cargo workbook review import FILE",
            export: "Export",
            import: "Import",
            keptByCommand: "Your answers are kept in .workbook/review.json, which `cargo workbook review` has, too.",
            keptInBrowser: "No command serves this page, so your answers are kept in this browser only. Start cargo run to share them with the terminal, or export them.",
            keptNowhere: "This browser keeps nothing for this page, so your answers last as long as it is open. Export them.",
            left: "{left} to be asked, {fresh} of them new",
            chapter: "Chapter {chapter}",
            missedCheckpoint: "A checkpoint that you missed",
            missedDrill: "A drill that you did not solve",
            done: "Nothing more is due.",
            next: "Nothing more is due. The next card is due {when}.",
            minutes: "in {count} min",
            hours: "in {count} h",
            days: "in {count} days",
            graded: "Next time {when}.",
            imported: "Imported: {count} cards. Of each, the newer answer counts.",
            notImported: "That file is not what this page exports. Nothing was changed.",
            away: "The command does not answer any more. Start it again: cargo run. Your last answer was not kept.",
        },
        ko: {
            title: "복습",
            book: "책으로 돌아가기",
            language: "언어",
            upTo: "새 카드를 물을 장",
            show: "답 보기 (Enter)",
            grade: "얼마나 알고 있었나요?",
            again: "1 몰랐다",
            hard: "2 겨우",
            good: "3 잘",
            easy: "4 바로",
            progress: "내 기록",
            moves: "다른 브라우저나 워크북에서 쓰려면 내보내세요: cargo workbook review import FILE",
            export: "내보내기",
            import: "가져오기",
            keptByCommand: "답은 .workbook/review.json에 저장되고, `cargo workbook review`도 같은 파일을 씁니다.",
            keptInBrowser: "이 페이지를 제공하는 명령이 없어 답은 이 브라우저에만 저장됩니다. 터미널과 함께 쓰려면 cargo run을 시작하거나, 내보내세요.",
            keptNowhere: "이 브라우저는 이 페이지에 아무것도 저장하지 않아, 답은 페이지가 열려 있는 동안만 남습니다. 내보내세요.",
            left: "물을 카드 {left}장, 그중 새 카드 {fresh}장",
            chapter: "{chapter}장",
            missedCheckpoint: "놓친 체크포인트",
            missedDrill: "풀지 못한 사고 훈련",
            done: "더 복습할 것이 없습니다.",
            next: "더 복습할 것이 없습니다. 다음 카드: {when}.",
            minutes: "{count}분 뒤",
            hours: "{count}시간 뒤",
            days: "{count}일 뒤",
            graded: "다음 복습: {when}.",
            imported: "가져온 카드: {count}장. 카드마다 더 새로운 답이 남습니다.",
            notImported: "이 페이지가 내보낸 파일이 아닙니다. 바뀐 것은 없습니다.",
            away: "명령이 더는 대답하지 않습니다. 다시 시작하세요: cargo run. 마지막 답은 저장되지 않았습니다.",
        },
    };

    /** The words for `key` in a language, with `{name}` replaced by `values.name`. */
    function say(language, key, values = {}) {
        return words[language][key].replace(/\{(\w+)\}/g, (whole, name) => String(values[name]));
    }

    review.words = { words, say };
})();
