//! Brazilian Portuguese.

use icu_plurals::PluralCategory;

use super::{
    ActivityTexts, Article, ChoiceTexts, ConnectedTexts, Consent, FailurePageTexts, FailureText, FrameTexts,
    LeaveTexts, LoginTexts, NotFoundTexts, OperatorTexts, PopupTexts, PostingTexts, ProfileTexts,
    ReceiptTexts, ScopeText, Section, StatusTexts, StoredTexts, Texts, TimeTexts, TitledText, category,
    number,
};
use crate::{
    api::ApiError,
    domain::{
        ActivityKind, ConnectionDetail, ConnectionState, EndCause, FetchOutcome, Locale, LoginFailure,
        LoginProblem, PostingStatus, PrivacyLevel, RefreshFailure, RemainingData, RemovalReason, Renewal,
        Theme, TikTokNotice, Unit, Urgency,
    },
};

/// Brazilian Portuguese.
pub static PT_BR: Texts = Texts {
    language_name: "Português (Brasil)",
    frame: FrameTexts {
        skip: "Ir para o conteúdo",
        description: "Conecte seu TikTok com {app}. Você decide o que permite e pode desconectar quando quiser.",
        home: "{app}, início",
        legal: "Informações legais",
        privacy: "Privacidade",
        terms: "Termos de uso",
        language: "Idioma",
        independent: "Não faz parte do TikTok nem é endossado por ele.",
    },
    login: LoginTexts {
        title: "Conecte seu TikTok com {app}",
        lead: "Permita que {operator} publique no seu TikTok. Você decide o que permite e pode desconectar quando quiser.",
        lead_reading: "Permita que {operator} veja seu perfil do TikTok. Você decide o que permite e pode desconectar quando quiser.",
        proceed: "Continuar com o TikTok",
        returning: "Já conectou antes? O TikTok traz você de volta direto.",
        assurances: [
            "Você entra pelo TikTok. Nunca vemos sua senha.",
            "Você pode desconectar quando quiser, aqui ou no aplicativo do TikTok.",
            "Sem publicidade e sem rastreamento.",
        ],
        consent: Consent {
            before: "Ao continuar, você aceita os ",
            terms: "termos de uso",
            between: " e a ",
            privacy: "política de privacidade",
            after: ".",
        },
        logged_out: "Você saiu. Seu TikTok continua conectado até você desconectar.",
        sign_in_first: "Entre para ver seu perfil. Continue com o TikTok e você chega lá em instantes.",
        records_down: "Estamos com um problema do nosso lado e não sabemos se você já entrou. Tente de novo em um minuto.",
        can: "O que {operator} pode fazer",
        can_lead: "O TikTok mostra esta lista primeiro. Desmarque o que você não quiser.",
        unknown_scope: "O TikTok explica esta permissão quando pede.",
        cannot: "O que {operator} não pode fazer",
        cannot_items: &[
            "Ver sua senha ou entrar como se fosse você",
            "Ler ou enviar mensagens",
            "Apagar suas publicações ou alterar sua conta",
            "Qualquer outra coisa que você não permita",
        ],
        cannot_post: "Publicar alguma coisa",
        stores: "O que é armazenado",
        stores_items: &[
            "Seu nome, nome de usuário e foto, e os limites de publicação definidos pelo TikTok.",
            "Os tokens de acesso que o TikTok nos dá, criptografados e nunca exibidos.",
            "Cookies para a entrada e para a sua sessão, um para o idioma e um para o tema, se você os escolher.",
        ],
        leaves: "Como sair",
        leaves_items: &[
            "No seu perfil, escolha Desconectar. O acesso termina na hora e o TikTok é informado. Você decide se o seu perfil aqui também é apagado.",
            "Você também pode pedir que tudo sobre você seja apagado, ou baixar seus dados antes.",
            "Ou abra o aplicativo do TikTok, vá em Configurações e privacidade, depois em Segurança e permissões, e remova {app}.",
            "Sair encerra a sessão só neste navegador. Seu TikTok continua conectado.",
        ],
        connected_as: "Conta conectada:",
        connected: "Sua conta está conectada",
        connected_lead: "Veja sua conexão, suas permissões e a atividade recente.",
        disconnected: "Sua conta está desconectada",
        disconnected_lead: "Seu TikTok não está mais conectado. Reconecte ou veja o que ainda armazenamos.",
        to_profile: "Ir para o seu perfil",
        another: "Conectar outra conta",
    },
    profile: ProfileTexts {
        title: "Seu perfil",
        nameless: "Sua conta do TikTok",
        avatar: "Foto de perfil de {account}",
        account: "Conta",
        switch: "Usar outra conta",
        log_out: "Sair",
        logging_out: "Saindo…",
        messages: "Avisos",
        fills_in: "Vamos preencher isto assim que o TikTok responder.",
        log_id: "Referência do TikTok:",
        permissions: "Permissões",
        granted: "Você permitiu",
        granted_none: "Você ainda não permitiu nada.",
        missing: "Não permitido",
        connected_at: "Conectada desde",
        refreshed_at: "Última verificação",
        known_at: "Perfil atualizado",
        id: "Seu identificador neste aplicativo",
        copy: "Copiar",
        copied: "Copiado",
        copy_failed: "Seu navegador não permitiu copiar.",
        export: TitledText {
            title: "Baixar meus dados",
            text: "Tudo o que armazenamos sobre você, em um arquivo.",
        },
        disconnect: TitledText {
            title: "Desconectar",
            text: "Encerra o acesso, aqui e no TikTok. Você decide o que é apagado.",
        },
        delete: TitledText { title: "Apagar meus dados", text: "Apaga o que ainda armazenamos sobre você." },
    },
    status: StatusTexts {
        title: "Status",
        connection: "Conexão",
        posting: "Publicação",
        access_until: "Acesso até",
        access_over: "O acesso terminou em",
        ended_at: "Fim da conexão:",
        checked: "Última verificação:",
        checks_not: "O TikTok não nos deu um meio de manter esta conexão. Última verificação:",
        next_try: "Próxima tentativa:",
        check: "Verificar agora",
        checking: "Verificando…",
        reconnect: "Reconectar",
        allow_posting: "Permitir publicação",
        review: "Revisar permissões",
        review_lead: "O TikTok vai pedir sua confirmação.",
    },
    connected: ConnectedTexts {
        title: "Pronto, sua conta está conectada.",
        can_post: "{operator} agora pode publicar no seu TikTok.",
        can_read: "{operator} agora pode ver seu perfil do TikTok.",
        posting_off: "{operator} não pode publicar, porque você não permitiu.",
        close: "Você pode fechar esta página.",
        back: "Voltar para {operator}",
    },
    posting: PostingTexts {
        title: "Limites de publicação definidos pelo TikTok",
        unknown_yet: "O TikTok ainda não enviou seus limites de publicação.",
        audience: "Quem pode ver uma publicação",
        comments: "Comentários",
        duets: "Duetos",
        stitches: "Costuras",
        allowed: "Permitido",
        off: "Desativado",
        unknown: "Desconhecido",
        longest: "Duração máxima de um vídeo",
    },
    leave: LeaveTexts {
        title: "Desconectar seu TikTok?",
        consequences: "{operator} não poderá mais publicar nem ver seus dados do TikTok. Você pode conectar de novo quando quiser.",
        choice: "Seu perfil aqui",
        erase: TitledText {
            title: "Apagar",
            text: "O nome, a foto e os limites de publicação são apagados.",
        },
        keep: TitledText { title: "Manter", text: "Para voltar mais rápido." },
        submit: "Desconectar",
        pending: "Desconectando…",
        stay: "Continuar conectado",
        delete: TitledText {
            title: "Apagar tudo sobre mim",
            text: "Encerra o acesso, se ainda existir, apaga tudo o que armazenamos sobre você e encerra sua sessão em todos os navegadores.",
        },
        delete_ask: "Apagar tudo",
        delete_sure: "Tem certeza? Não dá para desfazer.",
        delete_submit: "Sim, apagar tudo",
        deleting: "Apagando…",
        data_title: "Apagar seus dados",
        data_lead: "Seu TikTok não está mais conectado. Aqui você pode apagar o que ainda armazenamos.",
        erase_kept: TitledText {
            title: "Apagar meu perfil",
            text: "Seu nome, sua foto e os limites de publicação são apagados. Sua sessão continua aberta.",
        },
        erasing: "Apagando…",
        back: "Voltar para o seu perfil",
    },
    receipt: ReceiptTexts {
        title: |was_connected, remains| match (was_connected, remains) {
            (_, RemainingData::Nothing) => "Tudo sobre você foi apagado",
            (true, _) => "Seu TikTok está desconectado",
            (false, RemainingData::Record) => "Seu perfil foi apagado",
            (false, RemainingData::Profile) => "Seu TikTok já não estava conectado",
        },
        lead: "Este é o seu comprovante.",
        number: "Número do comprovante",
        at: "Data",
        connection: "Conexão",
        ended: "Encerrada",
        none: "Já não havia nenhuma",
        tokens: "Tokens de acesso",
        tokens_now: |notice| match notice {
            TikTokNotice::Confirmed | TikTokNotice::NotNeeded => "Apagados",
            TikTokNotice::Pending => "Apagados aqui. Uma cópia criptografada fica até o TikTok confirmar.",
        },
        tiktok: "TikTok",
        tiktok_now: |notice| match notice {
            TikTokNotice::Confirmed => {
                "O TikTok confirmou. {app} não aparece mais nos seus aplicativos conectados."
            }
            TikTokNotice::Pending => {
                "O TikTok ainda não confirmou. Vamos continuar tentando; você não precisa fazer nada. Se preferir não esperar, remova {app} no aplicativo do TikTok, em Segurança e permissões."
            }
            TikTokNotice::NotNeeded => "Não havia mais nada a informar ao TikTok.",
        },
        stored: "Ainda armazenado aqui",
        stored_now: |remains, notice| match (remains, notice) {
            (RemainingData::Profile, _) => {
                "Seu perfil, sua atividade recente e as datas da conexão, para quando você voltar"
            }
            (RemainingData::Record, _) => {
                "O número que o TikTok dá à sua conta, sua atividade recente e as datas da conexão. Seu nome, sua foto e os limites de publicação foram apagados."
            }
            (RemainingData::Nothing, TikTokNotice::Pending) => {
                "Nada, exceto o necessário para informar o TikTok. Desaparece assim que o TikTok confirmar."
            }
            (RemainingData::Nothing, _) => "Nada",
        },
        keep: "Dúvidas mais tarde? Informe este número a {operator}. Ele não identifica você. Salve agora: ele só aparece neste navegador.",
        save: "Salvar o comprovante",
        again: "Mudou de ideia?",
    },
    activity: ActivityTexts {
        title: "Atividade recente",
        nothing: "Ainda não aconteceu nada.",
        what: happening,
        reason,
        word: "Motivo segundo o TikTok:",
        reference: "Identificador do TikTok:",
        details: "Detalhes",
        see_post: "Ver a publicação",
        times: |n| format!("{} vezes", number(Locale::PtBr, n)),
        show_all: "Mostrar tudo",
    },
    failure_page: FailurePageTexts {
        remedy: "O que você pode fazer",
        again: "Tentar de novo",
        another: "Usar outra conta",
        home: "Voltar ao início",
        still_signed_in: "Sua sessão continua aberta como {account}.",
        still_signed_in_unnamed: "Sua sessão continua aberta com a conta anterior.",
        log_id: "Se pedir ajuda, informe a referência do TikTok:",
        asked: "O aplicativo pediu ao TikTok:",
        mail_subject: "Conectar meu TikTok com {app}",
        mail_body: "Olá,\n\nnão consegui conectar meu TikTok com {app}.\n\nErro: {what} ({code})\nReferência do TikTok: {reference}\nData: {time}\n",
        no_reference: "nenhuma",
    },
    not_found: NotFoundTexts {
        title: "Não encontramos essa página",
        text: "Confira o endereço ou volte ao início.",
        home: "Voltar ao início",
    },
    scope,
    state,
    connection_detail,
    posting_status,
    posting_detail,
    renewal,
    privacy_level,
    outcome,
    login_failure,
    problem,
    profile_failure,
    action_failure,
    privacy: PRIVACY,
    terms: TERMS,
    time_left,
    duration,
    operator: OperatorTexts {
        title: "Quem está por trás",
        named: "{operator} administra {app} e é responsável pelos seus dados. O TikTok não participa.",
        unnamed: "{app} é administrado pela pessoa ou empresa que enviou você aqui e que é responsável pelos seus dados. O TikTok não participa.",
        team: "a equipe {app}",
        contractions: &[
            ("de a equipe", "da equipe"),
            ("por a equipe", "pela equipe"),
            (" a a equipe", " à equipe"),
        ],
        by: "Um serviço de",
        site: "Site",
        write: "Escrever para {operator}",
        help: "Pedir ajuda a {operator}",
    },
    stored: StoredTexts {
        title: "Seus dados",
        from_tiktok: "Do TikTok",
        name: "Nome",
        username: "Nome de usuário",
        picture: "Foto",
        posting: "Limites de publicação",
        account: "Identificador da sua conta no TikTok",
        keys: "Tokens de acesso",
        keys_now: |connected| {
            if connected {
                "Armazenados com criptografia e nunca exibidos"
            } else {
                "Apagados. Uma cópia criptografada só fica enquanto o TikTok ainda precisa confirmar"
            }
        },
        uses: "Quem usou a conexão",
        got_keys: "{app} a verificou com o TikTok",
        asked: "{app} pediu seu perfil ao TikTok",
        nobody_else: "Ninguém mais até agora.",
    },
    time: TimeTexts {
        just_now: "agora mesmo",
        soon: "em instantes",
        ago: |n, unit| format!("há {}", counted(n, unit)),
        ahead: |n, unit| format!("em {}", counted(n, unit)),
        offline: "Você está sem conexão. O que você vê aqui é de",
    },
    choices: ChoiceTexts {
        theme: "Tema",
        themes: |theme| match theme {
            Theme::System => "Sistema",
            Theme::Light => "Claro",
            Theme::Dark => "Escuro",
        },
    },
    popup: PopupTexts { title: "Seu TikTok está conectado", close: "Você pode fechar esta janela." },
};

fn scope(name: &str) -> Option<ScopeText> {
    let (name, why) = match name {
        "user.info.basic" => ("Ver seu nome e sua foto", "Para sabermos qual conta você conectou."),
        "user.info.profile" => (
            "Ver seu nome de usuário e sua bio",
            "Para reconhecer sua conta, com o selo de verificação, se houver.",
        ),
        "user.info.stats" => ("Ver suas estatísticas", "Quantos seguidores, curtidas e vídeos você tem."),
        "video.list" => ("Ver seus vídeos públicos", "Os vídeos que todos podem ver."),
        "video.upload" => (
            "Enviar rascunhos para você",
            "Os vídeos chegam à sua caixa de entrada do TikTok e você mesmo os publica.",
        ),
        "video.publish" => (
            "Publicar vídeos e fotos",
            "{operator} pode publicar na sua conta. Suas configurações de privacidade do TikTok continuam valendo.",
        ),
        _ => return None,
    };
    Some(ScopeText { name, why })
}

const fn state(state: ConnectionState) -> &'static str {
    match state {
        ConnectionState::Connected => "Conectada",
        ConnectionState::Expiring => "Conectada, termina em breve",
        ConnectionState::Degraded => "Conectada; o TikTok demora a responder",
        ConnectionState::NeedsReconnect => "Reconecte, por favor",
        ConnectionState::Disconnected => "Desconectada",
    }
}

const fn posting_status(status: PostingStatus) -> &'static str {
    match status {
        PostingStatus::Ready => "Disponível",
        PostingStatus::NotAllowed => "Não permitida por você",
        PostingStatus::Withdrawn => "Falta a permissão",
        PostingStatus::Blocked => "Bloqueada pelo TikTok",
        PostingStatus::LimitReached => "Em pausa até amanhã",
        PostingStatus::AppLimitReached => "Em pausa por hoje",
        PostingStatus::Unknown => "Ainda não se sabe",
    }
}

const fn posting_detail(status: PostingStatus) -> &'static str {
    match status {
        PostingStatus::Ready => "",
        PostingStatus::NotAllowed => {
            "A publicação está desativada porque você não permitiu. Você pode ativá-la aqui."
        }
        PostingStatus::Withdrawn => {
            "O TikTok diz que falta a permissão para publicar. Talvez você a tenha retirado no aplicativo do TikTok."
        }
        PostingStatus::Blocked => {
            "O TikTok bloqueou as publicações da sua conta, e só o TikTok pode liberar. O aplicativo do TikTok mostra o motivo."
        }
        PostingStatus::LimitReached => {
            "Você atingiu hoje o limite do TikTok para publicar por aplicativos conectados. Amanhã a publicação volta."
        }
        PostingStatus::AppLimitReached => {
            "O TikTok limita quantos criadores publicam por dia com {app}. Amanhã a publicação volta."
        }
        PostingStatus::Unknown => "O TikTok ainda não nos disse se você pode publicar.",
    }
}

const fn connection_detail(connection_detail: ConnectionDetail) -> &'static str {
    match connection_detail {
        ConnectionDetail::Works => "Está tudo funcionando. Você não precisa fazer nada.",
        ConnectionDetail::Waits => {
            "{operator} precisa resolver algo para que esta conexão continue. Você não precisa fazer nada."
        }
        ConnectionDetail::Ends(Urgency::Month) => {
            "O acesso termina em menos de um mês. Reconecte quando for conveniente e nada será interrompido."
        }
        ConnectionDetail::Ends(Urgency::Week) => {
            "O acesso termina em menos de uma semana. Reconecte antes disso e nada será interrompido."
        }
        ConnectionDetail::Ends(Urgency::Day) => {
            "O acesso termina em menos de um dia. Reconecte agora e nada será interrompido."
        }
        ConnectionDetail::Delayed(refresh_failure) => delayed(refresh_failure),
        ConnectionDetail::Broken(refresh_failure) => broken(refresh_failure),
        ConnectionDetail::Over(cause) => over(cause),
    }
}

const fn delayed(refresh_failure: RefreshFailure) -> &'static str {
    match refresh_failure {
        RefreshFailure::Unreachable => {
            "Não conseguimos falar com o TikTok agora. Vamos continuar tentando; você não precisa fazer nada."
        }
        RefreshFailure::NoAnswer => {
            "O TikTok ainda não respondeu. Vamos continuar tentando; você não precisa fazer nada."
        }
        RefreshFailure::Unavailable => {
            "O TikTok está com um problema temporário. Vamos continuar tentando; você não precisa fazer nada."
        }
        RefreshFailure::RateLimited => {
            "O TikTok pediu para irmos mais devagar, então vamos verificar um pouco mais tarde. Você não precisa fazer nada."
        }
        RefreshFailure::AnswerLost => {
            "A última resposta do TikTok não chegou até nós. Em breve saberemos se a conexão ainda funciona; por enquanto, você não precisa fazer nada."
        }
        RefreshFailure::AppRefused | RefreshFailure::RequestRefused | RefreshFailure::Unreadable => {
            "{operator} precisa resolver algo antes de podermos verificar esta conexão. Você não precisa fazer nada."
        }
        RefreshFailure::Refused | RefreshFailure::ConsentEnded | RefreshFailure::Unexpected => {
            "O TikTok deu uma resposta que não esperávamos. Vamos continuar tentando; você não precisa fazer nada."
        }
    }
}

const fn broken(refresh_failure: RefreshFailure) -> &'static str {
    match refresh_failure {
        RefreshFailure::Refused => {
            "O TikTok não aceita mais esta conexão. Você removeu {app} no aplicativo do TikTok? Reconecte para continuar."
        }
        RefreshFailure::AnswerLost => {
            "A conexão com o TikTok se perdeu. Reconecte uma vez e tudo volta ao normal."
        }
        RefreshFailure::ConsentEnded => {
            "O prazo que o TikTok define para o acesso terminou. Reconecte para continuar."
        }
        _ => "Esta conexão não funciona mais. Reconecte para continuar.",
    }
}

const fn over(cause: Option<EndCause>) -> &'static str {
    let Some(cause) = cause else {
        return "Esta conexão foi encerrada. {operator} não tem mais acesso.";
    };
    match cause {
        EndCause::Here => "Você desconectou esta conta. {operator} não tem mais acesso.",
        EndCause::Removed(RemovalReason::ByCreator) => {
            "Você removeu {app} nas configurações do TikTok. {operator} não tem mais acesso."
        }
        EndCause::Removed(RemovalReason::AccountDeleted) => {
            "O TikTok encerrou esta conexão porque a conta foi excluída lá."
        }
        EndCause::Removed(RemovalReason::AgeChanged) => {
            "O TikTok encerrou esta conexão porque a idade informada na conta mudou."
        }
        EndCause::Removed(RemovalReason::AccountBanned) => {
            "O TikTok encerrou esta conexão porque baniu a conta. Só o TikTok pode reverter isso."
        }
        EndCause::Removed(RemovalReason::ByDeveloper) => "{operator} encerrou a conexão no TikTok.",
        EndCause::Removed(RemovalReason::Unknown) => "O TikTok encerrou esta conexão sem informar o motivo.",
    }
}

const fn renewal(renewal: Renewal) -> &'static str {
    match renewal {
        Renewal::Renewed => "Verificada: a conexão funciona.",
        Renewal::Recent => "Já verificada há pouco. Tudo certo.",
        Renewal::Later(RefreshFailure::NoAnswer) => {
            "O TikTok ainda não respondeu. Olhe de novo em um minuto."
        }
        Renewal::Later(RefreshFailure::Unreachable | RefreshFailure::Unavailable) => {
            "O TikTok não está respondendo agora. Vamos continuar tentando."
        }
        Renewal::Later(RefreshFailure::RateLimited) => {
            "O TikTok pediu para irmos mais devagar. Vamos continuar tentando."
        }
        Renewal::Later(
            RefreshFailure::AppRefused | RefreshFailure::RequestRefused | RefreshFailure::Unreadable,
        ) => "{operator} precisa resolver algo antes de podermos verificar esta conexão.",
        Renewal::Later(_) => "A verificação não funcionou desta vez. Vamos continuar tentando.",
        Renewal::NeedsReconnect => "O TikTok não aceita mais a conexão. Reconecte para continuar.",
        Renewal::NotConnected => "Não há nenhuma conexão para verificar.",
    }
}

const fn privacy_level(level: &PrivacyLevel) -> Option<&'static str> {
    match level {
        PrivacyLevel::PublicToEveryone => Some("Todos"),
        PrivacyLevel::MutualFollowFriends => Some("Amigos"),
        PrivacyLevel::FollowerOfCreator => Some("Seguidores"),
        PrivacyLevel::SelfOnly => Some("Só você"),
        PrivacyLevel::Other(_) => None,
    }
}

fn outcome(outcome: FetchOutcome) -> TitledText {
    let (title, text) = match outcome {
        FetchOutcome::Known => ("Atualizado", "Isto é o que o TikTok nos disse por último."),
        FetchOutcome::NotAsked => {
            ("Faltam alguns dados", "Eles precisam de uma permissão que você não deu. Você pode dá-la aqui.")
        }
        FetchOutcome::PermissionMissing => (
            "O TikTok diz que falta uma permissão",
            "Talvez você a tenha retirado no aplicativo do TikTok. Permita de novo para ver todos os dados.",
        ),
        FetchOutcome::TokenRefused => (
            "O TikTok não aceitou a conexão",
            "Isto pode estar desatualizado. Reconecte se este aviso continuar.",
        ),
        FetchOutcome::TooManyPosts => {
            ("Você atingiu o limite de publicações de hoje", "Amanhã a publicação volta.")
        }
        FetchOutcome::BannedFromPosting => {
            ("O TikTok bloqueou as publicações da sua conta", "Só o TikTok pode liberar.")
        }
        FetchOutcome::AppCapReached => ("{app} atingiu o limite de hoje", "Amanhã a publicação volta."),
        FetchOutcome::RateLimited => (
            "O TikTok pediu para irmos mais devagar",
            "Isto pode estar desatualizado. Vamos atualizar automaticamente.",
        ),
        FetchOutcome::Unavailable => {
            ("O TikTok não respondeu", "Isto pode estar desatualizado. Vamos atualizar automaticamente.")
        }
        FetchOutcome::Unexpected => (
            "Não entendemos a resposta do TikTok",
            "Isto pode estar desatualizado. {operator} pode procurar a causa.",
        ),
    };
    TitledText { title, text }
}

#[allow(clippy::too_many_lines, reason = "a table of texts, one row for each failure")]
fn login_failure(failure: LoginFailure) -> FailureText {
    let (title, what, remedy) = match failure {
        LoginFailure::StateUnknown => (
            "Vamos começar de novo",
            "Este link já foi usado ou foi aberto em outro navegador.",
            "Comece de novo e termine no mesmo navegador.",
        ),
        LoginFailure::StateExpired => (
            "A entrada demorou demais",
            "Você tinha dez minutos para terminar de entrar.",
            "Comece de novo; é rapidinho.",
        ),
        LoginFailure::CallbackMalformed => (
            "Falta alguma coisa neste endereço",
            "O TikTok traz você para cá depois de entrar, e este endereço não está completo.",
            "Comece pelo início em vez de usar um favorito.",
        ),
        LoginFailure::Cancelled => (
            "Não conectado",
            "O TikTok não conectou sua conta e não compartilhou nada conosco.",
            "Se foi você que parou, tente de novo quando quiser. Se tocou em Autorizar, talvez o TikTok não deixe esta conta se conectar: use outra.",
        ),
        LoginFailure::UnknownRefusal => (
            "O TikTok não conectou sua conta",
            "O TikTok recusou por um motivo que não conhecemos. Isso não quer dizer que você fez algo errado.",
            "Tente de novo. Se acontecer outra vez, peça ajuda a {operator}.",
        ),
        LoginFailure::NotSandboxTester => (
            "Esta conta não está na lista de testes",
            "{app} ainda está em testes no TikTok, e só as contas da lista podem se conectar.",
            "Peça a {operator} que adicione sua conta, o que pode levar uma hora, ou use uma conta da lista.",
        ),
        LoginFailure::ClientKeyRefused => (
            "O problema é nosso",
            "Você fez tudo certo, mas o TikTok não conhece {app} ou ainda não o aprovou.",
            "Avise a {operator} que a chave do aplicativo foi recusada.",
        ),
        LoginFailure::RedirectUriRefused => (
            "O problema é nosso: o endereço de volta está errado",
            "{app} não está configurado corretamente no TikTok.",
            "Avise a {operator} que o endereço de volta foi recusado.",
        ),
        LoginFailure::PkceRefused => (
            "O problema é nosso: a proteção não confere",
            "{app} e o TikTok não concordam sobre como proteger a entrada.",
            "Avise a {operator} que a verificação PKCE foi recusada.",
        ),
        LoginFailure::ScopeRefused => (
            "O problema é nosso: uma permissão foi recusada",
            "{app} pede uma permissão para a qual o TikTok não o aprovou.",
            "Avise a {operator} que uma permissão (scope) foi recusada; abaixo está o que o aplicativo pede.",
        ),
        LoginFailure::CodeRefused => (
            "A entrada não é mais válida",
            "A confirmação do TikTok vale uma única vez e por pouco tempo. Esta já foi usada ou era antiga demais.",
            "Comece de novo; é rapidinho.",
        ),
        LoginFailure::ClientRefused => (
            "O problema é nosso: as credenciais foram recusadas",
            "Você fez tudo certo, mas o TikTok não aceitou {app}.",
            "Avise a {operator} que as credenciais do aplicativo foram recusadas.",
        ),
        LoginFailure::RequestRefused => (
            "O problema é nosso: o pedido foi recusado",
            "Você fez tudo certo, mas o TikTok não aceitou a forma como {app} concluiu a entrada.",
            "Avise a {operator} que o pedido do token foi recusado.",
        ),
        LoginFailure::RateLimited => (
            "O TikTok pediu para irmos mais devagar",
            "Pedidos demais chegaram ao TikTok em pouco tempo.",
            "Espere um minuto e tente de novo.",
        ),
        LoginFailure::TooManyLogins => (
            "Entradas demais ao mesmo tempo",
            "Muitas pessoas, ou um programa, estão entrando aqui ou pela sua rede agora. Nada se perdeu.",
            "Espere um minuto e tente de novo. Se continuar, use outra rede.",
        ),
        LoginFailure::TikTokUnavailable => (
            "Não conseguimos falar com o TikTok",
            "O TikTok está com um problema ou a conexão com ele está interrompida.",
            "Espere alguns minutos e tente de novo.",
        ),
        LoginFailure::TikTokTimeout => (
            "O TikTok não respondeu a tempo",
            "Pedimos ao TikTok para concluir a entrada e não veio nenhuma resposta.",
            "Tente de novo em um minuto.",
        ),
        LoginFailure::UnexpectedAnswer => (
            "Não entendemos a resposta do TikTok",
            "O TikTok respondeu de uma forma que não conhecemos.",
            "Tente de novo. Se acontecer outra vez, avise a {operator}.",
        ),
        LoginFailure::StoreUnavailable => (
            "Estamos com um problema do nosso lado",
            "Não conseguimos acessar nosso banco de dados agora.",
            "Espere um minuto e tente de novo.",
        ),
        LoginFailure::ConsentKept => (
            "Conectada, mas ainda não exibida",
            "O TikTok conectou sua conta, e guardamos isso com segurança. Estamos com um problema do nosso lado agora.",
            "Espere um minuto e recarregue esta página. Você não precisa permitir nada de novo.",
        ),
        LoginFailure::Internal => (
            "Algo deu errado do nosso lado",
            "A culpa é nossa, não sua.",
            "Tente de novo. Se acontecer outra vez, avise a {operator}.",
        ),
    };
    FailureText { title, what, remedy }
}

const fn problem(problem: LoginProblem) -> &'static str {
    match problem {
        LoginProblem::Creator => "",
        LoginProblem::Operator => "Só {operator} pode resolver isto.",
        LoginProblem::Passing => "Normalmente isto passa sozinho.",
        LoginProblem::Unknown => "{operator} pode descobrir o que significa.",
    }
}

const fn profile_failure(error: ApiError) -> FailureText {
    match error {
        ApiError::StoreUnavailable => FailureText {
            title: "Estamos com um problema do nosso lado",
            what: "Não conseguimos mostrar seu perfil agora. Sua conexão não foi afetada.",
            remedy: "Espere um minuto e tente de novo.",
        },
        ApiError::BadRequest | ApiError::Transport | ApiError::Internal => FailureText {
            title: "Não conseguimos mostrar seu perfil",
            what: "Algo deu errado do nosso lado. Sua conexão não foi afetada.",
            remedy: "Tente de novo. Se acontecer outra vez, avise a {operator}.",
        },
    }
}

const fn action_failure(error: ApiError) -> &'static str {
    match error {
        ApiError::StoreUnavailable => {
            "Não funcionou: estamos com um problema do nosso lado. Tente de novo em um minuto."
        }
        ApiError::BadRequest => "Não funcionou: o pedido não foi entendido. Tente de novo.",
        ApiError::Transport => "Sem conexão. Confira sua internet e tente de novo.",
        ApiError::Internal => "Não funcionou: algo deu errado do nosso lado. Tente de novo.",
    }
}

fn time_left(n: u32, unit: Unit) -> String {
    let verb = if category(Locale::PtBr, n) == PluralCategory::One { "falta" } else { "faltam" };
    format!("{verb} {}", counted(n, unit))
}

fn duration(seconds: u32) -> String {
    match (seconds / 60, seconds % 60) {
        (0, rest) => in_seconds(rest),
        (whole, 0) => counted(whole, Unit::Minute),
        (whole, rest) => format!("{} {}", counted(whole, Unit::Minute), in_seconds(rest)),
    }
}

fn counted(n: u32, unit: Unit) -> String {
    let [one, other] = match unit {
        Unit::Minute => ["minuto", "minutos"],
        Unit::Hour => ["hora", "horas"],
        Unit::Day => ["dia", "dias"],
        Unit::Month => ["mês", "meses"],
        Unit::Year => ["ano", "anos"],
    };
    let word = if category(Locale::PtBr, n) == PluralCategory::One { one } else { other };
    format!("{} {word}", number(Locale::PtBr, n))
}

fn in_seconds(n: u32) -> String {
    let word = if category(Locale::PtBr, n) == PluralCategory::One { "segundo" } else { "segundos" };
    format!("{} {word}", number(Locale::PtBr, n))
}

const PRIVACY: Article = Article {
    title: "Política de privacidade",
    lead: "O que {app} armazena sobre você, por quê, por quanto tempo, e como sair.",
    sections: &[
        Section {
            title: "O que é armazenado",
            paragraphs: &[
                "Do TikTok, dentro das permissões que você dá: seu nome de exibição, seu nome de usuário, sua foto de perfil e os limites de publicação definidos pelo TikTok (quem pode ver uma publicação, comentários, duetos, costuras e a duração máxima dos vídeos).",
                "Sobre a conexão: os tokens de acesso que o TikTok nos dá, quais permissões você deu, quando conectou e até quando vai o acesso. Os tokens são criptografados antes de serem gravados, e nenhuma página os mostra.",
                "O que aconteceu com a conexão e com as publicações: quando você conectou e o que o TikTok nos comunica sobre as publicações.",
                "Sua senha do TikTok e seu endereço de e-mail nunca chegam até nós.",
            ],
        },
        Section {
            title: "Cookies",
            paragraphs: &[
                "Um cookie reconhece seu navegador durante a entrada e termina em até uma hora; outro mantém sua sessão aberta. Outros dois lembram o idioma e o tema, se você os escolher. Não há publicidade nem rastreamento, e nada é carregado de terceiros.",
            ],
        },
        Section {
            title: "Quem usa",
            paragraphs: &[
                "Só usam a conexão {operator} e seus próprios programas, dentro das permissões que você dá. {app} troca dados com o TikTok e com o seu próprio banco de dados, e com mais ninguém.",
            ],
        },
        Section {
            title: "Registros",
            paragraphs: &[
                "Para encontrar falhas, {app} mantém registros técnicos: o que foi pedido, quando e se funcionou. Eles não contêm nomes, tokens nem cookies, e os antigos são apagados automaticamente.",
            ],
        },
        Section {
            title: "Por quanto tempo",
            paragraphs: &[
                "Os tokens são mantidos até o acesso terminar: porque você o encerra ou porque acaba o prazo que o TikTok define; seu perfil mostra o dia. Quando você o encerra aqui, eles são apagados na hora. Se não for possível avisar o TikTok nesse momento, uma cópia criptografada fica até ser possível, por no máximo 180 dias.",
                "Seu perfil é mantido até você pedir para apagá-lo ou até que {operator} o apague. Uma sessão termina quando você sai, nos seus outros navegadores quando você desconecta, ou sozinha: depois de 30 dias sem uso e 90 dias depois da entrada.",
            ],
        },
        Section {
            title: "Como sair",
            paragraphs: &[
                "No seu perfil, escolha Desconectar. O acesso termina na hora, os tokens são apagados e o TikTok é informado. Você decide se o seu perfil fica aqui ou é apagado. Você recebe um comprovante.",
                "Na mesma página, você pode pedir que tudo sobre você seja apagado: a conexão, seu perfil e suas sessões em todos os navegadores. Depois que o TikTok for informado, nada seu fica no banco de dados.",
                "Você também pode encerrar o acesso no aplicativo do TikTok: vá em Configurações e privacidade, depois em Segurança e permissões, e remova {app} dos aplicativos conectados. Os tokens param de funcionar na hora.",
                "Sair encerra a sessão neste navegador e nada mais.",
            ],
        },
        Section {
            title: "Seus direitos",
            paragraphs: &[
                "No seu perfil você pode baixar o que é armazenado sobre você e pedir que seja apagado. Peça a {operator} que corrija seus dados, ou escreva se tiver uma pergunta.",
            ],
        },
    ],
};

const TERMS: Article = Article {
    title: "Termos de uso",
    lead: "As regras para usar {app}. Você as aceita ao conectar sua conta do TikTok.",
    sections: &[
        Section {
            title: "O que faz",
            paragraphs: &[
                "{app} conecta sua conta do TikTok, mostra o que o TikTok diz sobre ela e mantém a conexão, para que {operator} possa usá-la dentro das permissões que você dá.",
            ],
        },
        Section {
            title: "Sua conta",
            paragraphs: &[
                "Conecte apenas uma conta que seja sua ou que você possa administrar. Os termos do TikTok continuam valendo para tudo o que for feito com ela.",
            ],
        },
        Section {
            title: "O que é permitido",
            paragraphs: &[
                "{operator} só pode fazer o que as suas permissões cobrem. Você pode recusá-las e retirá-las a qualquer momento, no aplicativo do TikTok ou desconectando no seu perfil.",
            ],
        },
        Section {
            title: "O que não é prometido",
            paragraphs: &[
                "O serviço pode ser interrompido, e o TikTok pode mudar ou encerrar o que oferece. Até onde a lei permite, ele é oferecido como está, sem garantia.",
            ],
        },
        Section {
            title: "Independência",
            paragraphs: &["{app} não faz parte do TikTok nem é endossado pelo TikTok."],
        },
        Section {
            title: "Encerramento",
            paragraphs: &[
                "Você pode sair a qualquer momento, no seu perfil, sem precisar de motivo. {operator} também pode encerrar uma conexão, por exemplo se estes termos não forem cumpridos.",
            ],
        },
    ],
};

fn happening(what: &ActivityKind) -> &'static str {
    match what {
        ActivityKind::Connected => "Você conectou sua conta.",
        ActivityKind::Reconnected => "Você reconectou sua conta.",
        ActivityKind::Disconnected => "Você desconectou sua conta.",
        ActivityKind::NeedsReconnect => "A conexão parou de funcionar.",
        ActivityKind::Recovered => "A conexão voltou a funcionar.",
        ActivityKind::Removed(RemovalReason::ByCreator) => "Você removeu {app} no aplicativo do TikTok.",
        ActivityKind::Removed(RemovalReason::AccountDeleted) => "A conta do TikTok foi excluída.",
        ActivityKind::Removed(RemovalReason::AgeChanged) => {
            "O TikTok encerrou a conexão: a idade da conta mudou."
        }
        ActivityKind::Removed(RemovalReason::AccountBanned) => {
            "O TikTok encerrou a conexão: a conta foi banida."
        }
        ActivityKind::Removed(RemovalReason::ByDeveloper) => {
            "O TikTok confirmou que {operator} encerrou a conexão."
        }
        ActivityKind::Removed(RemovalReason::Unknown) => "O TikTok encerrou a conexão sem dar um motivo.",
        ActivityKind::UploadFailed => "O envio de um vídeo falhou.",
        ActivityKind::VideoPublished => "Você publicou um vídeo compartilhado com o TikTok.",
        ActivityKind::DataReady => "Uma cópia dos seus dados do TikTok está pronta.",
        ActivityKind::PostFailed => "Uma publicação falhou.",
        ActivityKind::PostComplete => "Uma publicação está no ar.",
        ActivityKind::PostInInbox => "Um rascunho espera por você na caixa de entrada do TikTok.",
        ActivityKind::PostPublic => "Uma publicação agora é pública.",
        ActivityKind::PostHidden => "Uma publicação não é mais pública.",
        ActivityKind::Other(_) => "Outro aviso do TikTok",
    }
}

fn reason(word: &str) -> Option<&'static str> {
    Some(match word {
        "file_format_check_failed" => "O TikTok não aceita este formato de arquivo.",
        "duration_check_failed" => "O vídeo é curto demais ou longo demais.",
        "frame_rate_check_failed" => "A taxa de quadros do vídeo não é aceita.",
        "picture_size_check_failed" => "O tamanho da imagem não é aceito.",
        "internal" => "O TikTok teve um problema. É possível tentar de novo.",
        "video_pull_failed" => "O TikTok não conseguiu obter o vídeo.",
        "photo_pull_failed" => "O TikTok não conseguiu obter a foto.",
        "publish_cancelled" => "A publicação foi cancelada.",
        "auth_removed" => "O acesso foi removido no aplicativo do TikTok.",
        "spam_risk_too_many_posts" => "O limite de publicações daquele dia já tinha sido atingido.",
        "spam_risk_user_banned_from_posting" => "O TikTok bloqueou as publicações da conta.",
        "spam_risk_text" => "O TikTok considerou o texto spam.",
        "spam_risk" => "O TikTok considerou a publicação spam.",
        _ => return None,
    })
}
