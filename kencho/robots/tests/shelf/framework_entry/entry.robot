*** Settings ***
Documentation    台帳システムへの登録を、Robot Framework で書いたもの
Library          kencho.robots.runner.framework.Keywords

*** Tasks ***
Sign In
    Step    sign_in
    Open Path    /login
    Fill Account    利用者番号
    Fill Credential    暗証番号
    Press    ログイン
    Title Should Be    h1    メニュー    sign_in_failed

Perform
    Step    fill
    Open Path    /entry
    Title Should Be    h1    新規登録
    Fill Field    整理番号    number
    Fill Field    氏名又は名称    applicant_name
    Fill Field    フリガナ    applicant_kana
    Fill Field    住所    applicant_address
    Fill Field    電話番号    applicant_telephone
    Fill Field    件名    subject_title
    Fill Field    決定年月日    decided_on
    Fill Field    金額    amount
    Select Field    決定区分    decision
    Check Field    通知済み    is_issued
    Press    確認へ
    Title Should Be    h1    登録内容の確認
    Should Show    tr:has(th:text-is('氏名又は名称')) td    applicant_name
    Should Show    tr:has(th:text-is('整理番号')) td    number
    Should Show    tr:has(th:text-is('フリガナ')) td    applicant_kana
    Should Show    tr:has(th:text-is('住所')) td    applicant_address
    Should Show    tr:has(th:text-is('電話番号')) td    applicant_telephone
    Should Show    tr:has(th:text-is('件名')) td    subject_title
    Should Show    tr:has(th:text-is('決定年月日')) td    decided_on
    Should Show    tr:has(th:text-is('決定区分')) td    decision
    Step    submit
    Press To Submit    登録する
    Step    receipt
    Receipt From    \#receipt-number

Find Receipts
    Step    look_up
    Open Search    /search?number=
    Title Should Be    h1    台帳の検索
    Receipts From    td.receipt
