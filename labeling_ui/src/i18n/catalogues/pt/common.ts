import type { Translation } from '../../text';
import type en from '../en/common';

export default {
  allCampaigns: 'Todas as campanhas',
  notFound: 'Não há nenhuma página neste endereço.',
  outdated: 'Há uma versão nova desta página.',
  outdatedWaiting: {
    one: 'Haverá uma versão nova desta página assim que a sua última resposta for enviada.',
    other:
      'Haverá uma versão nova desta página assim que as suas {count} respostas forem enviadas.',
  },
  reload: 'Carregar',
  signInAgain: 'Identifique-se de novo',
  signInKept: {
    one: 'A sua sessão terminou. Nada se perdeu: 1 resposta está guardada aqui e segue assim que entrar.',
    other:
      'A sua sessão terminou. Nada se perdeu: {count} respostas estão guardadas aqui e seguem assim que entrar.',
  },
  signInNothingLost: 'A sua sessão terminou. Nada se perdeu.',
  goOn: 'Continuar',
  yourName: 'O seu nome, ou um nome qualquer',
  language: 'Língua',
  unreachable: 'O serviço não responde. Tente de novo daqui a pouco.',
  signupClosed: 'Aqui não se aceitam nomes novos. Peça uma ligação própria a quem o convidou.',
  close: 'Fechar',
  tryAgain: 'Tentar de novo',
  signOut: 'Sair',
  desk: 'Mesa de coordenação',
  buildings: 'edifícios',
  roofs: 'telhados',
  roads: 'estradas',
  trees: 'árvores',
  fields: 'campos',
  water: 'água',
} satisfies Translation<typeof en>;
